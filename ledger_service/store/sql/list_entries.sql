-- What commands of a span did to a wallet's balance, by cause, kind and brand, in order of commit; at most so many
-- commands. Of an expiry that was booked in the span what had lapsed before it is left out.
-- $1 program, $2 home buckets, $3 homes, $4 after, $5 up to, $6 accruals with points that had lapsed before the span,
-- $7 those points, $8 most commands
WITH span AS (
    SELECT
        m.post_time, m.partition, m.position, m.occur_time, m.cause, m.cause_id, m.kind, m.accrual_id, k.ordinal,
        m.sequence, m.bucket,
        CASE
            WHEN m.kind IN ('earned', 'imported', 'transferred_in', 'restored', 'repaid', 'adjusted') THEN m.points
            ELSE -m.points
        END + CASE
            WHEN m.kind = 'expired' AND row_number() OVER (PARTITION BY m.accrual_id, m.kind ORDER BY m.sequence) = 1
                THEN coalesce(l.points, 0)
            ELSE 0
        END AS points,
        dense_rank() OVER (ORDER BY m.post_time, m.partition, m.position) AS command
    FROM unnest($2::smallint[], $3::text[]) WITH ORDINALITY AS k (bucket, home, ordinal)
    -- The offset, as the limit below, keeps the planner from reading whole tables for one member's history.
    CROSS JOIN LATERAL (
        SELECT
            n.bucket, n.sequence, n.accrual_id, n.kind, n.points, n.cause, n.cause_id, n.occur_time, n.post_time,
            n.partition, n.position
        FROM movement AS n
        WHERE n.bucket = k.bucket AND n.program = $1 AND n.home = k.home AND n.post_time > $4 AND n.post_time <= $5
            AND n.kind NOT IN ('held', 'unheld', 'rescheduled')
        OFFSET 0
    ) AS m
    LEFT JOIN unnest($6::text[], $7::bigint[]) AS l (accrual_id, points) ON l.accrual_id = m.accrual_id
)
SELECT
    s.post_time, s.partition, s.position, min(s.occur_time) AS occur_time, s.cause, s.cause_id, s.kind, a.brand,
    sum(s.points)::bigint AS points
FROM span AS s
CROSS JOIN LATERAL (
    SELECT c.brand
    FROM accrual AS c
    WHERE c.bucket = s.bucket AND c.program = $1 AND c.accrual_id = s.accrual_id
    LIMIT 1
) AS a
WHERE s.command <= $8 AND s.points <> 0
GROUP BY s.post_time, s.partition, s.position, s.cause, s.cause_id, s.kind, a.brand
ORDER BY s.post_time, s.partition, s.position, min(ARRAY[s.ordinal, s.sequence])
