-- I8: nothing was spent, held or lapsed beyond what was there, before it was available, or after it expired
-- $1 program
WITH steps AS (
    SELECT
        m.home, m.sequence, m.accrual_id, m.kind, m.cause, m.points, m.remaining_after, m.held_after, m.post_time,
        coalesce(lag(m.remaining_after) OVER w, 0) AS remaining_before,
        coalesce(lag(m.held_after) OVER w, 0) AS held_before,
        -- The times as they stood: arrays with the sequence in front are greatest where the last one is.
        max(ARRAY['epoch'::timestamptz + m.sequence * interval '1 microsecond', m.available_time])
            FILTER (WHERE m.available_time IS NOT NULL) OVER w AS available,
        max(ARRAY['epoch'::timestamptz + m.sequence * interval '1 microsecond', m.expire_time])
            FILTER (WHERE m.expire_time IS NOT NULL) OVER w AS expiry,
        a.rolling_months > 0 OR a.rolling_days > 0 AS rolls
    FROM movement AS m
    JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
    WHERE m.program = $1
    WINDOW w AS (PARTITION BY m.bucket, m.accrual_id ORDER BY m.sequence)
), taken AS (
    SELECT
        home, sequence, kind, cause, points, remaining_after, held_after, post_time, remaining_before, held_before,
        available[2] AS available_time,
        -- What rolls expires by the wallet's activity, which its own movements do not tell.
        CASE WHEN NOT rolls THEN expiry[2] END AS expire_time,
        kind = 'redeemed' AND cause = 'redemption' AND remaining_after = remaining_before AS captured
    FROM steps
), facts AS (
    SELECT
        (remaining_after, held_after) IS DISTINCT FROM CASE
            WHEN kind IN ('earned', 'imported', 'transferred_in', 'restored', 'repaid', 'adjusted')
                THEN (remaining_before + points, held_before)
            WHEN kind = 'held' THEN (remaining_before - points, held_before + points)
            WHEN kind = 'unheld' THEN (remaining_before + points, held_before - points)
            WHEN kind = 'rescheduled' THEN (remaining_before, held_before)
            WHEN captured THEN (remaining_before, held_before - points)
            ELSE (remaining_before - points, held_before)
        END
        OR (kind IN ('redeemed', 'held', 'expired', 'transferred_out') AND NOT captured AND remaining_after < 0)
        -- Announced goods take their points with them, also those that nobody may spend yet.
        OR (
            (kind = 'redeemed' AND NOT captured OR kind = 'held' AND cause = 'authorization')
            AND (available_time > post_time OR expire_time <= post_time)
        ) AS broken,
        format('movement %s of %s: %s %s of %s left %s', sequence, home, kind, points, remaining_before,
               remaining_after) AS finding
    FROM taken
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
