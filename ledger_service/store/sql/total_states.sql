-- How many accruals stood at each balance at a cursor, by everything their carrying value depends on.
-- $1 program, $2 partitions, $3 positions
WITH last AS (
    SELECT DISTINCT ON (m.bucket, m.accrual_id)
        m.bucket, m.program, m.accrual_id, m.remaining_after + m.held_after AS points
    FROM movement AS m
    JOIN unnest($2::smallint[], $3::bigint[]) AS c (partition, position)
        ON m.partition = c.partition AND m.position <= c.position
    WHERE m.program = $1
    ORDER BY m.bucket, m.accrual_id, m.sequence DESC
)
SELECT
    a.brand, a.funders, a.currency, a.rate_numerator, a.rate_denominator, a.settlement_policy, a.reserve_entity,
    last.points, count(*)::bigint AS accruals
FROM last
JOIN accrual AS a
    ON a.bucket = last.bucket AND a.program = last.program AND a.accrual_id = last.accrual_id
GROUP BY
    a.brand, a.funders, a.currency, a.rate_numerator, a.rate_denominator, a.settlement_policy, a.reserve_entity,
    last.points
