-- I1: an accrual's movements sum to what remains of it and is held, and it stands where its last one left it
-- $1 program
WITH sums AS (
    SELECT
        m.bucket, m.program, m.accrual_id,
        sum(CASE
            WHEN m.kind IN ('earned', 'imported', 'transferred_in', 'restored', 'repaid', 'adjusted') THEN m.points
            WHEN m.kind IN ('redeemed', 'expired', 'reversed', 'transferred_out') THEN -m.points
            ELSE 0
        END) AS points,
        sum(CASE
            WHEN m.kind = 'held' THEN m.points
            WHEN m.kind = 'unheld' OR r.authorization_id <> '' THEN -m.points
            ELSE 0
        END) AS held,
        (array_agg(m.remaining_after ORDER BY m.sequence DESC))[1] AS last_remaining,
        (array_agg(m.available_time ORDER BY m.sequence DESC) FILTER (WHERE m.available_time IS NOT NULL))[1]
            AS available_time,
        (array_agg(m.expire_time ORDER BY m.sequence DESC) FILTER (WHERE m.expire_time IS NOT NULL))[1]
            AS expire_time,
        sum(m.points) FILTER (WHERE m.kind = 'reversed') AS reversed,
        sum(m.points) FILTER (WHERE m.kind = 'expired') AS expired,
        sum(m.points) FILTER (WHERE m.kind = 'adjusted' AND m.cause = 'correction') AS corrected
    FROM movement AS m
    -- A capture takes from what is held.
    LEFT JOIN redemption AS r
        ON r.program = m.program AND r.redemption_id = m.cause_id AND m.kind = 'redeemed' AND m.cause = 'redemption'
    WHERE m.program = $1
    GROUP BY m.bucket, m.program, m.accrual_id
), facts AS (
    SELECT
        s.points IS DISTINCT FROM a.remaining + a.held
        OR s.held IS DISTINCT FROM a.held
        OR s.last_remaining IS DISTINCT FROM a.remaining
        OR s.available_time IS DISTINCT FROM a.available_time
        OR s.expire_time IS DISTINCT FROM a.expire_time
        OR coalesce(s.reversed, 0) <> a.reversed
        OR coalesce(s.expired, 0) <> a.expired
        -- Born of a correction, an accrual has both for what had come back before; that moved nothing.
        OR coalesce(s.corrected, 0) <> a.corrected - a.shift AS broken,
        format('accrual %s: movements say %s, it says %s', coalesce(a.accrual_id, s.accrual_id),
               coalesce(s.points::text, 'nothing'), coalesce((a.remaining + a.held)::text, 'nothing')) AS finding
    FROM (
        SELECT
            bucket, program, accrual_id, remaining, held, reversed, expired, corrected, shift, available_time,
            expire_time
        FROM accrual
        WHERE program = $1
    ) AS a
    FULL JOIN sums AS s
        ON s.bucket = a.bucket AND s.program = a.program AND s.accrual_id = a.accrual_id
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
