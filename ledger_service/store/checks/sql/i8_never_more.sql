-- I8: nothing was spent, held or lapsed beyond what was there, before it was available, or after it expired
-- $1 program
WITH steps AS (
    SELECT
        m.home, m.sequence, m.accrual_id, m.kind, m.points, m.remaining_after, m.held_after, m.post_time,
        coalesce(lag(m.remaining_after) OVER w, 0) AS remaining_before,
        coalesce(lag(m.held_after) OVER w, 0) AS held_before,
        a.available_time, a.expire_time
    FROM movement AS m
    JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
    WHERE m.program = $1
    WINDOW w AS (PARTITION BY m.bucket, m.accrual_id ORDER BY m.sequence)
), facts AS (
    SELECT
        remaining_after <> remaining_before + CASE
            WHEN kind IN ('earned', 'imported', 'transferred_in', 'restored', 'repaid', 'adjusted', 'unheld')
                THEN points
            WHEN kind = 'rescheduled' THEN 0
            ELSE -points
        END
        OR (kind IN ('redeemed', 'held', 'expired') AND remaining_after < 0)
        OR (kind IN ('redeemed', 'held') AND (available_time > post_time OR expire_time <= post_time)) AS broken,
        format('movement %s of %s: %s %s of %s left %s', sequence, home, kind, points, remaining_before,
               remaining_after) AS finding
    FROM steps
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
