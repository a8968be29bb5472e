-- Many wallets as of a time, as view_wallet shows each: one pass over what they have left.
-- $1 program, $2 root buckets, $3 roots, $4 home buckets, $5 homes, $6 the homes' roots, $7 now, $8 true for a replay
-- clock, $9 how many days are soon
WITH w AS (
    SELECT
        x.program, x.member, x.version, x.balance, x.positive, x.held, x.debt, x.last_post_time, x.last_activity_time,
        x.next_expire_time, x.pending_until, x.fence, x.merge_seq, x.next_hold_time, t.as_of,
        t.as_of + make_interval(hours => 24 * $9::integer) AS soon
    FROM unnest($2::smallint[], $3::text[]) AS k (bucket, root)
    JOIN wallet AS x ON x.bucket = k.bucket AND x.program = $1 AND x.member = k.root
    CROSS JOIN LATERAL (
        SELECT CASE WHEN $8 THEN x.last_post_time ELSE greatest($7, x.last_post_time) END AS as_of
    ) AS t
), points AS (
    SELECT
        w.member, w.as_of, w.soon, a.remaining, a.available_time,
        CASE WHEN a.expire_time IS NOT NULL THEN greatest(
            a.expire_time,
            CASE WHEN a.rolling_months > 0 OR a.rolling_days > 0 THEN (
                w.last_activity_time AT TIME ZONE 'UTC'
                + make_interval(months => a.rolling_months, days => a.rolling_days)
            ) AT TIME ZONE 'UTC' END
        ) END AS lapse_time
    FROM w
    JOIN unnest($4::smallint[], $5::text[], $6::text[]) AS k (bucket, home, root) ON k.root = w.member
    -- An offset keeps the planner from reading the whole table for some members' accruals.
    CROSS JOIN LATERAL (
        SELECT b.remaining, b.available_time, b.expire_time, b.rolling_months, b.rolling_days
        FROM accrual AS b
        WHERE b.bucket = k.bucket AND b.program = $1 AND b.home = k.home AND b.remaining > 0
        OFFSET 0
    ) AS a
    WHERE w.pending_until > w.as_of OR w.next_expire_time IS NOT NULL
), sums AS (
    SELECT
        member,
        sum(remaining) FILTER (WHERE available_time > as_of AND (lapse_time IS NULL OR lapse_time > as_of))::bigint
            AS pending,
        sum(remaining) FILTER (WHERE lapse_time <= as_of)::bigint AS lapsed,
        sum(remaining) FILTER (WHERE lapse_time > as_of AND lapse_time < soon)::bigint AS expiring_soon,
        min(lapse_time) FILTER (WHERE lapse_time > as_of AND $9::integer > 0) AS next_lapse
    FROM points
    GROUP BY member
)
SELECT
    w.program, w.member, w.version, w.balance, w.positive, w.held, w.debt, w.last_post_time, w.last_activity_time,
    w.next_expire_time, w.pending_until, w.fence, w.merge_seq, w.next_hold_time, w.as_of,
    coalesce(s.pending, 0) AS pending, coalesce(s.lapsed, 0) AS lapsed, coalesce(s.expiring_soon, 0) AS expiring_soon,
    s.next_lapse
FROM w
LEFT JOIN sums AS s ON s.member = w.member
