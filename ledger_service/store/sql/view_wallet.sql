-- A wallet as of a time: its running totals, and what of them is pending or has lapsed by then.
-- $1 bucket, $2 program, $3 root, $4 home buckets, $5 homes, $6 now, $7 true for a replay clock, which stands
-- at the wallet's last command
SELECT
    w.program, w.member, w.version, w.balance, w.positive, w.held, w.debt, w.last_post_time, w.last_activity_time,
    w.next_expire_time, w.pending_until, w.fence, w.merge_seq, t.as_of,
    CASE WHEN w.pending_until > t.as_of THEN (
        SELECT coalesce(sum(a.remaining), 0)::bigint
        FROM accrual AS a
        JOIN unnest($4::smallint[], $5::text[]) AS k (bucket, home) ON a.bucket = k.bucket AND a.home = k.home
        WHERE a.program = $2 AND a.remaining > 0 AND a.available_time > t.as_of
            AND (a.expire_time IS NULL OR a.expire_time > t.as_of)
    ) ELSE 0 END AS pending,
    CASE WHEN w.next_expire_time <= t.as_of THEN (
        SELECT coalesce(sum(a.remaining), 0)::bigint
        FROM accrual AS a
        JOIN unnest($4::smallint[], $5::text[]) AS k (bucket, home) ON a.bucket = k.bucket AND a.home = k.home
        WHERE a.program = $2 AND a.remaining > 0 AND a.expire_time <= t.as_of
    ) ELSE 0 END AS lapsed
FROM wallet AS w
CROSS JOIN LATERAL (
    SELECT CASE WHEN $7 THEN w.last_post_time ELSE greatest($6, w.last_post_time) END AS as_of
) AS t
WHERE w.bucket = $1 AND w.program = $2 AND w.member = $3
