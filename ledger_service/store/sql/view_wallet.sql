-- A wallet as of a time, folded from the rows of its homes: its running totals, what of them is pending or has lapsed
-- by then, and what lapses soon. Each home is seen by its own bounds and its own last activity: a command writes that
-- alike to all, but homes that came together since had each their own.
--
-- What does not roll counts as a span of nothing. All of one span lapse together once their own expiry is over, so that
-- each span is looked at once, however many accruals it has.
-- $1 program, $2 root, $3 home buckets, $4 homes, $5 now, $6 true for a replay clock, which stands at the wallet's last
-- command, $7 how many days are soon (0: not asked)
WITH RECURSIVE part AS (
    SELECT
        x.bucket, x.member AS home, x.version, x.balance, x.positive, x.held, x.debt, x.last_post_time,
        x.last_activity_time, x.next_expire_time, x.pending_until, x.fence, x.merge_seq, x.next_hold_time,
        CASE WHEN $6 THEN max(x.last_post_time) OVER () ELSE greatest($5, max(x.last_post_time) OVER ()) END AS as_of
    FROM unnest($3::smallint[], $4::text[]) AS k (bucket, home)
    JOIN wallet AS x ON x.bucket = k.bucket AND x.program = $1 AND x.member = k.home
), w AS (
    SELECT
        max(p.version) AS version, sum(p.balance)::bigint AS balance, sum(p.positive)::bigint AS positive,
        sum(p.held)::bigint AS held, sum(p.debt)::bigint AS debt, max(p.last_post_time) AS last_post_time,
        max(p.last_activity_time) AS last_activity_time, min(p.next_expire_time) AS next_expire_time,
        max(p.pending_until) AS pending_until, max(p.fence) AS fence, max(p.merge_seq) AS merge_seq,
        min(p.next_hold_time) AS next_hold_time, max(p.as_of) AS as_of,
        max(p.as_of) + make_interval(hours => 24 * $7::integer) AS soon
    FROM part AS p
    HAVING count(*) > 0
), span AS (
    SELECT p.bucket, p.home, 0 AS rolling_months, 0 AS rolling_days
    FROM part AS p
    UNION ALL
    SELECT p.bucket, p.home, s.rolling_months, s.rolling_days
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
        s.bucket, s.home, s.rolling_months, s.rolling_days, p.next_expire_time, w.as_of, w.soon, r.rolled,
        CASE WHEN r.rolled > w.as_of THEN '-infinity' ELSE w.as_of END AS after
    FROM span AS s
    JOIN part AS p ON p.home = s.home
    CROSS JOIN w
    CROSS JOIN LATERAL (
        SELECT CASE WHEN s.rolling_months = 0 AND s.rolling_days = 0 THEN '-infinity' ELSE coalesce(
            (p.last_activity_time AT TIME ZONE 'UTC'
                + make_interval(months => s.rolling_months, days => s.rolling_days)) AT TIME ZONE 'UTC',
            '-infinity'
        ) END AS rolled
    ) AS r
)
SELECT
    $1::text AS program, $2::text AS member, w.version, w.balance, w.positive, w.held, w.debt, w.last_post_time,
    w.last_activity_time, w.next_expire_time, w.pending_until, w.fence, w.merge_seq, w.next_hold_time, w.as_of,
    CASE WHEN w.pending_until > w.as_of THEN (
        SELECT coalesce(sum(a.remaining), 0)::bigint
        FROM part AS p
        JOIN accrual AS a ON a.bucket = p.bucket AND a.home = p.home
        WHERE a.program = $1 AND a.remaining > 0 AND a.available_time > w.as_of
            AND (
                a.expire_time IS NULL OR a.expire_time > w.as_of
                OR (
                    (a.rolling_months > 0 OR a.rolling_days > 0)
                    AND (p.last_activity_time AT TIME ZONE 'UTC'
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
        WHERE l.next_expire_time <= l.as_of AND l.rolled <= l.as_of AND a.program = $1 AND a.remaining > 0
            AND a.expire_time <= l.as_of
    ) ELSE 0 END AS lapsed,
    CASE WHEN $7::integer > 0 AND w.next_expire_time < w.soon THEN (
        SELECT coalesce(sum(a.remaining), 0)::bigint
        FROM lapsing AS l
        JOIN accrual AS a
            ON a.bucket = l.bucket AND a.home = l.home
            AND a.rolling_months = l.rolling_months AND a.rolling_days = l.rolling_days
        WHERE l.rolled < l.soon AND a.program = $1 AND a.remaining > 0 AND a.expire_time > l.after
            AND a.expire_time < l.soon
    ) ELSE 0 END AS expiring_soon,
    CASE WHEN $7::integer > 0 AND w.next_expire_time IS NOT NULL THEN (
        SELECT min(n.lapse_time)
        FROM lapsing AS l
        CROSS JOIN LATERAL (
            SELECT greatest(a.expire_time, l.rolled) AS lapse_time
            FROM accrual AS a
            WHERE a.bucket = l.bucket AND a.program = $1 AND a.home = l.home AND a.remaining > 0
                AND a.rolling_months = l.rolling_months AND a.rolling_days = l.rolling_days
                AND a.expire_time > l.after
            ORDER BY a.expire_time
            LIMIT 1
        ) AS n
    ) END AS next_lapse
FROM w
