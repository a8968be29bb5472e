-- The version of a wallet and the time of its last command, folded from its homes' rows, and the event of the last
-- command that had moved points of its homes by a time.
-- $1 program, $2 home buckets, $3 homes, $4 time
WITH w AS (
    SELECT max(x.version) AS version, max(x.last_post_time) AS last_post_time
    FROM unnest($2::smallint[], $3::text[]) AS k (bucket, home)
    JOIN wallet AS x ON x.bucket = k.bucket AND x.program = $1 AND x.member = k.home
    HAVING count(*) > 0
)
SELECT w.version, w.last_post_time, e.payload
FROM w
LEFT JOIN LATERAL (
    SELECT m.partition, m.position
    FROM unnest($2::smallint[], $3::text[]) AS k (bucket, home)
    CROSS JOIN LATERAL (
        SELECT partition, position, post_time
        FROM movement
        WHERE bucket = k.bucket AND program = $1 AND home = k.home AND post_time <= $4
        ORDER BY sequence DESC
        LIMIT 1
    ) AS m
    WHERE w.last_post_time > $4
    ORDER BY m.post_time DESC, m.position DESC
    LIMIT 1
) AS l ON true
LEFT JOIN event AS e ON e.partition = l.partition AND e.position = l.position
