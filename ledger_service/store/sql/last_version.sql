-- The wallet's row, and the event of the last command that had moved points of its homes by a time.
-- $1 bucket, $2 program, $3 root, $4 home buckets, $5 homes, $6 time
SELECT w.version, w.last_post_time, e.payload
FROM wallet AS w
LEFT JOIN LATERAL (
    SELECT m.partition, m.position
    FROM unnest($4::smallint[], $5::text[]) AS k (bucket, home)
    CROSS JOIN LATERAL (
        SELECT partition, position, post_time
        FROM movement
        WHERE bucket = k.bucket AND program = $2 AND home = k.home AND post_time <= $6
        ORDER BY sequence DESC
        LIMIT 1
    ) AS m
    WHERE w.last_post_time > $6
    ORDER BY m.post_time DESC, m.position DESC
    LIMIT 1
) AS l ON true
LEFT JOIN event AS e ON e.partition = l.partition AND e.position = l.position
WHERE w.bucket = $1 AND w.program = $2 AND w.member = $3
