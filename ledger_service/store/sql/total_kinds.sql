-- Points per brand and kind of movement up to a cursor.
-- $1 program, $2 partitions, $3 positions
SELECT a.brand, m.kind, sum(m.points) AS points
FROM movement AS m
JOIN unnest($2::smallint[], $3::bigint[]) AS c (partition, position)
    ON m.partition = c.partition AND m.position <= c.position
JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
WHERE m.program = $1
GROUP BY a.brand, m.kind
ORDER BY a.brand, m.kind
