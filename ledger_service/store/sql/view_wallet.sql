-- A wallet as of a time: its running totals, what of them is pending or has lapsed by then, and what lapses soon. All
-- of one rolling span lapse together once their own expiry is over, so a span is looked at once, however many roll.
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
), plain AS (
    SELECT k.bucket, k.home, s.unrestricted
    FROM unnest($4::smallint[], $5::text[]) AS k (bucket, home)
    CROSS JOIN (VALUES (true), (false)) AS s (unrestricted)
), span AS (
    SELECT k.bucket, k.home, s.rolling_months, s.rolling_days
    FROM unnest($4::smallint[], $5::text[]) AS k (bucket, home)
    CROSS JOIN LATERAL (
        SELECT rolling_months, rolling_days
        FROM accrual
        WHERE bucket = k.bucket AND program = $2 AND home = k.home AND remaining > 0 AND expire_time IS NOT NULL
            AND (rolling_months > 0 OR rolling_days > 0)
        ORDER BY rolling_months, rolling_days
        LIMIT 1
    ) AS s
    UNION ALL
    SELECT p.bucket, p.home, s.rolling_months, s.rolling_days
    FROM span AS p
    CROSS JOIN LATERAL (
        SELECT rolling_months, rolling_days
        FROM accrual
        WHERE bucket = p.bucket AND program = $2 AND home = p.home AND remaining > 0 AND expire_time IS NOT NULL
            AND (rolling_months > 0 OR rolling_days > 0)
            AND (rolling_months, rolling_days) > (p.rolling_months, p.rolling_days)
        ORDER BY rolling_months, rolling_days
        LIMIT 1
    ) AS s
), rolling AS (
    SELECT
        s.bucket, s.home, s.rolling_months, s.rolling_days,
        coalesce(
            (w.last_activity_time AT TIME ZONE 'UTC'
                + make_interval(months => s.rolling_months, days => s.rolling_days)) AT TIME ZONE 'UTC',
            '-infinity'
        ) AS rolled
    FROM span AS s
    CROSS JOIN w
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
        SELECT coalesce(sum(l.points), 0)::bigint
        FROM (
            SELECT a.remaining AS points
            FROM plain AS k
            JOIN accrual AS a ON a.bucket = k.bucket AND a.home = k.home AND (a.scope = '') = k.unrestricted
            WHERE a.program = $2 AND a.remaining > 0 AND a.expire_time <= w.as_of
                AND a.rolling_months = 0 AND a.rolling_days = 0
            UNION ALL
            SELECT a.remaining AS points
            FROM rolling AS k
            JOIN accrual AS a
                ON a.bucket = k.bucket AND a.home = k.home
                AND a.rolling_months = k.rolling_months AND a.rolling_days = k.rolling_days
            WHERE a.program = $2 AND a.remaining > 0 AND (a.rolling_months > 0 OR a.rolling_days > 0)
                AND k.rolled <= w.as_of AND a.expire_time <= w.as_of
        ) AS l
    ) ELSE 0 END AS lapsed,
    CASE WHEN $8::integer > 0 AND w.next_expire_time < w.soon THEN (
        SELECT coalesce(sum(l.points), 0)::bigint
        FROM (
            SELECT a.remaining AS points
            FROM plain AS k
            JOIN accrual AS a ON a.bucket = k.bucket AND a.home = k.home AND (a.scope = '') = k.unrestricted
            WHERE a.program = $2 AND a.remaining > 0 AND a.expire_time > w.as_of AND a.expire_time < w.soon
                AND a.rolling_months = 0 AND a.rolling_days = 0
            UNION ALL
            SELECT a.remaining AS points
            FROM rolling AS k
            JOIN accrual AS a
                ON a.bucket = k.bucket AND a.home = k.home
                AND a.rolling_months = k.rolling_months AND a.rolling_days = k.rolling_days
            WHERE a.program = $2 AND a.remaining > 0 AND (a.rolling_months > 0 OR a.rolling_days > 0)
                AND k.rolled < w.soon AND a.expire_time < w.soon
                AND a.expire_time > CASE WHEN k.rolled > w.as_of THEN '-infinity' ELSE w.as_of END
        ) AS l
    ) ELSE 0 END AS expiring_soon,
    CASE WHEN $8::integer > 0 AND w.next_expire_time IS NOT NULL THEN (
        SELECT min(l.lapse_time)
        FROM (
            SELECT n.expire_time AS lapse_time
            FROM plain AS k
            CROSS JOIN LATERAL (
                SELECT a.expire_time
                FROM accrual AS a
                WHERE a.bucket = k.bucket AND a.program = $2 AND a.home = k.home AND a.remaining > 0
                    AND (a.scope = '') = k.unrestricted AND a.expire_time > w.as_of
                    AND a.rolling_months = 0 AND a.rolling_days = 0
                ORDER BY a.expire_time
                LIMIT 1
            ) AS n
            UNION ALL
            SELECT greatest(n.expire_time, k.rolled) AS lapse_time
            FROM rolling AS k
            CROSS JOIN LATERAL (
                SELECT a.expire_time
                FROM accrual AS a
                WHERE a.bucket = k.bucket AND a.program = $2 AND a.home = k.home AND a.remaining > 0
                    AND a.rolling_months = k.rolling_months AND a.rolling_days = k.rolling_days
                    AND (a.rolling_months > 0 OR a.rolling_days > 0)
                    AND a.expire_time > CASE WHEN k.rolled > w.as_of THEN '-infinity' ELSE w.as_of END
                ORDER BY a.expire_time
                LIMIT 1
            ) AS n
        ) AS l
    ) END AS next_lapse
FROM w
