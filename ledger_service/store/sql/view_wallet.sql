-- A wallet as of a time: its running totals, what of them is pending or has lapsed by then, and what lapses soon. What
-- does not roll counts as a span of nothing. All of one span lapse together once their own expiry is over, so that
-- each span is looked at once, however many accruals it has.
-- $1 bucket, $2 program, $3 root, $4 home buckets, $5 homes, $6 now, $7 true for a replay clock, which stands
-- at the wallet's last command, $8 how many days are soon (0: not asked)
WITH RECURSIVE w AS (
    SELECT
        x.program, x.member, x.version, x.balance, x.positive, x.held, x.debt, x.last_post_time, x.last_activity_time,
        x.next_expire_time, x.pending_until, x.fence, x.merge_seq, x.next_hold_time, t.as_of,
        t.as_of + make_interval(hours => 24 * $8::integer) AS soon
    FROM wallet AS x
    CROSS JOIN LATERAL (
        SELECT CASE WHEN $7 THEN x.last_post_time ELSE greatest($6, x.last_post_time) END AS as_of
    ) AS t
    WHERE x.bucket = $1 AND x.program = $2 AND x.member = $3
), span AS (
    SELECT k.bucket, k.home, 0 AS rolling_months, 0 AS rolling_days
    FROM unnest($4::smallint[], $5::text[]) AS k (bucket, home)
    UNION ALL
    SELECT p.bucket, p.home, s.rolling_months, s.rolling_days
    FROM span AS p
    CROSS JOIN LATERAL (
        SELECT rolling_months, rolling_days
        FROM accrual
        WHERE bucket = p.bucket AND program = $2 AND home = p.home AND remaining > 0 AND expire_time IS NOT NULL
            AND (rolling_months, rolling_days) > (p.rolling_months, p.rolling_days)
        ORDER BY rolling_months, rolling_days
        LIMIT 1
    ) AS s
), lapsing AS (
    SELECT
        s.bucket, s.home, s.rolling_months, s.rolling_days, w.as_of, w.soon, r.rolled,
        CASE WHEN r.rolled > w.as_of THEN '-infinity' ELSE w.as_of END AS after
    FROM span AS s
    CROSS JOIN w
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.rolling_months = 0 AND s.rolling_days = 0 THEN '-infinity' ELSE coalesce(
            (w.last_activity_time AT TIME ZONE 'UTC'
                + make_interval(months => s.rolling_months, days => s.rolling_days)) AT TIME ZONE 'UTC',
            '-infinity'
        ) END AS rolled
    ) AS r
)
SELECT
    w.program, w.member, w.version, w.balance, w.positive, w.held, w.debt, w.last_post_time, w.last_activity_time,
    w.next_expire_time, w.pending_until, w.fence, w.merge_seq, w.next_hold_time, w.as_of,
    CASE WHEN w.pending_until > w.as_of THEN (
        SELECT coalesce(sum(a.remaining), 0)::bigint
        FROM unnest($4::smallint[], $5::text[]) AS k (bucket, home)
        JOIN accrual AS a ON a.bucket = k.bucket AND a.home = k.home
        WHERE a.program = $2 AND a.remaining > 0 AND a.available_time > w.as_of
            AND (
                a.expire_time IS NULL OR a.expire_time > w.as_of
                OR (
                    (a.rolling_months > 0 OR a.rolling_days > 0)
                    AND (w.last_activity_time AT TIME ZONE 'UTC'
                        + make_interval(months => a.rolling_months, days => a.rolling_days)) AT TIME ZONE 'UTC'
                        > w.as_of
                )
            )
    ) ELSE 0 END AS pending,
    CASE WHEN w.next_expire_time <= w.as_of THEN (
        SELECT coalesce(sum(a.remaining), 0)::bigint
        FROM lapsing AS l
        JOIN accrual AS a
            ON a.bucket = l.bucket AND a.home = l.home
            AND a.rolling_months = l.rolling_months AND a.rolling_days = l.rolling_days
        WHERE l.rolled <= l.as_of AND a.program = $2 AND a.remaining > 0 AND a.expire_time <= l.as_of
    ) ELSE 0 END AS lapsed,
    CASE WHEN $8::integer > 0 AND w.next_expire_time < w.soon THEN (
        SELECT coalesce(sum(a.remaining), 0)::bigint
        FROM lapsing AS l
        JOIN accrual AS a
            ON a.bucket = l.bucket AND a.home = l.home
            AND a.rolling_months = l.rolling_months AND a.rolling_days = l.rolling_days
        WHERE l.rolled < l.soon AND a.program = $2 AND a.remaining > 0 AND a.expire_time > l.after
            AND a.expire_time < l.soon
    ) ELSE 0 END AS expiring_soon,
    CASE WHEN $8::integer > 0 AND w.next_expire_time IS NOT NULL THEN (
        SELECT min(n.lapse_time)
        FROM lapsing AS l
        CROSS JOIN LATERAL (
            SELECT greatest(a.expire_time, l.rolled) AS lapse_time
            FROM accrual AS a
            WHERE a.bucket = l.bucket AND a.program = $2 AND a.home = l.home AND a.remaining > 0
                AND a.rolling_months = l.rolling_months AND a.rolling_days = l.rolling_days
                AND a.expire_time > l.after
            ORDER BY a.expire_time
            LIMIT 1
        ) AS n
    ) END AS next_lapse
FROM w
