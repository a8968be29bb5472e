-- Points of a home that were spent by the root of another, or that repaid a debt of another home, after a sequence.
-- Whether a redemption is the home's own is told by its row, which lies with the root that spent; who spent, by the log.
-- $1 bucket, $2 program, $3 home, $4 after sequence, $5 at most
SELECT
    m.home, m.sequence, m.accrual_id, m.points, m.cause, m.cause_id, m.pays_home, m.post_time,
    convert_from(e.payload, 'UTF8')::jsonb ->> 'root' AS root, coalesce(b.restored_points, 0) AS restored_points
FROM (
    SELECT
        n.bucket, n.program, n.home, n.sequence, n.accrual_id, n.points, n.cause, n.cause_id, n.pays_home, n.post_time,
        n.partition, n.position
    FROM movement AS n
    WHERE n.bucket = $1 AND n.program = $2 AND n.home = $3 AND n.sequence > $4 AND n.kind = 'redeemed'
        AND CASE n.cause
            WHEN 'repayment' THEN n.pays_home <> n.home
            WHEN 'redemption' THEN NOT EXISTS (
                SELECT 1
                FROM redemption AS r
                WHERE r.bucket = n.bucket AND r.program = n.program AND r.redemption_id = n.cause_id
                    AND r.root = n.home
            )
            ELSE false
        END
    ORDER BY n.sequence
    LIMIT $5
) AS m
JOIN event AS e ON e.partition = m.partition AND e.position = m.position
LEFT JOIN burn AS b
    ON b.bucket = m.bucket AND b.program = m.program AND b.accrual_id = m.accrual_id AND b.home = m.home
    AND b.sequence = m.sequence
ORDER BY m.sequence
