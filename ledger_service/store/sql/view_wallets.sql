-- Many wallets as of a time, as view_wallet shows each.
-- $1 program, $2 home buckets, $3 homes, $4 the homes' roots, $5 now, $6 true for a replay clock, $7 how many days are
-- soon
WITH RECURSIVE part AS (
    SELECT
        k.root, x.bucket, x.member AS home, x.version, x.balance, x.positive, x.held, x.debt, x.last_post_time,
        x.last_activity_time, x.next_expire_time, x.pending_until, x.fence, x.merge_seq, x.next_hold_time, t.as_of
    FROM unnest($2::smallint[], $3::text[], $4::text[]) AS k (bucket, home, root)
    JOIN wallet AS x ON x.bucket = k.bucket AND x.program = $1 AND x.member = k.home
    CROSS JOIN LATERAL (
        SELECT CASE WHEN $6 THEN x.last_post_time ELSE greatest($5, x.last_post_time) END AS as_of
    ) AS t
), w AS (
    SELECT
        p.root AS member, max(p.version) AS version, sum(p.balance)::bigint AS balance,
        sum(p.positive)::bigint AS positive, sum(p.held)::bigint AS held, sum(p.debt)::bigint AS debt,
        max(p.last_post_time) AS last_post_time, max(p.last_activity_time) AS last_activity_time,
        min(p.next_expire_time) AS next_expire_time, max(p.pending_until) AS pending_until, max(p.fence) AS fence,
        max(p.merge_seq) AS merge_seq, min(p.next_hold_time) AS next_hold_time, max(p.as_of) AS as_of,
        max(p.as_of) + make_interval(hours => 24 * $7::integer) AS soon
    FROM part AS p
    GROUP BY p.root
), span AS (
    SELECT p.root, p.bucket, p.home, 0 AS rolling_months, 0 AS rolling_days
    FROM part AS p
    UNION ALL
    SELECT p.root, p.bucket, p.home, s.rolling_months, s.rolling_days
    FROM span AS p
    CROSS JOIN LATERAL (
        SELECT rolling_months, rolling_days
        FROM accrual
        WHERE bucket = p.bucket AND program = $1 AND home = p.home AND remaining > 0 AND expire_time IS NOT NULL
            AND (rolling_months, rolling_days) > (p.rolling_months, p.rolling_days)
        ORDER BY rolling_months, rolling_days
        LIMIT 1
    ) AS s
), lapsing AS (
    SELECT
        w.member, s.bucket, s.home, s.rolling_months, s.rolling_days, p.next_expire_time, w.as_of, w.soon, r.rolled,
        CASE WHEN r.rolled > w.as_of THEN '-infinity' ELSE w.as_of END AS after
    FROM span AS s
    JOIN part AS p ON p.home = s.home
    JOIN w ON w.member = s.root
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.rolling_months = 0 AND s.rolling_days = 0 THEN '-infinity' ELSE coalesce(
            (p.last_activity_time AT TIME ZONE 'UTC'
                + make_interval(months => s.rolling_months, days => s.rolling_days)) AT TIME ZONE 'UTC',
            '-infinity'
        ) END AS rolled
    ) AS r
), lapses AS (
    SELECT
        l.member, sum(g.points)::bigint AS lapsed, sum(c.points)::bigint AS expiring_soon,
        min(n.lapse_time) AS next_lapse
    FROM lapsing AS l
    CROSS JOIN LATERAL (
        SELECT sum(a.remaining) AS points
        FROM accrual AS a
        WHERE l.next_expire_time <= l.as_of AND l.rolled <= l.as_of
            AND a.bucket = l.bucket AND a.program = $1 AND a.home = l.home AND a.remaining > 0
            AND a.rolling_months = l.rolling_months AND a.rolling_days = l.rolling_days AND a.expire_time <= l.as_of
    ) AS g
    CROSS JOIN LATERAL (
        SELECT sum(a.remaining) AS points
        FROM accrual AS a
        WHERE $7::integer > 0 AND l.next_expire_time < l.soon AND l.rolled < l.soon
            AND a.bucket = l.bucket AND a.program = $1 AND a.home = l.home AND a.remaining > 0
            AND a.rolling_months = l.rolling_months AND a.rolling_days = l.rolling_days
            AND a.expire_time > l.after AND a.expire_time < l.soon
    ) AS c
    LEFT JOIN LATERAL (
        SELECT greatest(a.expire_time, l.rolled) AS lapse_time
        FROM accrual AS a
        WHERE $7::integer > 0 AND a.bucket = l.bucket AND a.program = $1 AND a.home = l.home AND a.remaining > 0
            AND a.rolling_months = l.rolling_months AND a.rolling_days = l.rolling_days AND a.expire_time > l.after
        ORDER BY a.expire_time
        LIMIT 1
    ) AS n ON true
    GROUP BY l.member
), waiting AS (
    SELECT w.member, sum(a.remaining)::bigint AS pending
    FROM w
    JOIN part AS p ON p.root = w.member
    CROSS JOIN LATERAL (
        SELECT b.remaining, b.expire_time, b.rolling_months, b.rolling_days
        FROM accrual AS b
        WHERE b.bucket = p.bucket AND b.program = $1 AND b.home = p.home AND b.remaining > 0
            AND b.available_time > w.as_of
        -- An offset keeps the planner from reading the whole table for some members' accruals.
        OFFSET 0
    ) AS a
    WHERE w.pending_until > w.as_of
        AND (
            a.expire_time IS NULL OR a.expire_time > w.as_of
            OR (
                (a.rolling_months > 0 OR a.rolling_days > 0)
                AND (p.last_activity_time AT TIME ZONE 'UTC'
                    + make_interval(months => a.rolling_months, days => a.rolling_days)) AT TIME ZONE 'UTC' > w.as_of
            )
        )
    GROUP BY w.member
)
SELECT
    $1::text AS program, w.member, w.version, w.balance, w.positive, w.held, w.debt, w.last_post_time,
    w.last_activity_time, w.next_expire_time, w.pending_until, w.fence, w.merge_seq, w.next_hold_time, w.as_of,
    coalesce(p.pending, 0) AS pending, coalesce(l.lapsed, 0) AS lapsed, coalesce(l.expiring_soon, 0) AS expiring_soon,
    l.next_lapse
FROM w
LEFT JOIN lapses AS l ON l.member = w.member
LEFT JOIN waiting AS p ON p.member = w.member
