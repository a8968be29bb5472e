-- Documents that wait, by kind: how many, since when the oldest, the ids of the oldest ten. Each is found by a partial
-- index of what waits.
-- $1 program
WITH waiting AS (
    SELECT 'return' AS kind, park_time AS since, return_id AS id
    FROM posted_return
    WHERE program = $1 AND state = 'parked'
    UNION ALL
    SELECT 'adjustment', post_time, adjustment_id
    FROM adjustment
    WHERE program = $1 AND state = 'proposed'
    UNION ALL
    SELECT 'transfer', post_time, transfer_id
    FROM transfer
    WHERE program = $1 AND state = 'sent'
)
SELECT
    kind, count(*) AS documents, min(since) AS oldest,
    (array_agg(id ORDER BY since, id) FILTER (WHERE place <= 10)) AS first_ids
FROM (SELECT kind, since, id, row_number() OVER (PARTITION BY kind ORDER BY since, id) AS place FROM waiting) AS w
GROUP BY kind
