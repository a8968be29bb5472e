-- I1: a wallet's totals are those of its accruals, and none of them lapses or is pending beyond the wallet's bounds
-- $1 program
--
-- Home by home: a wallet is the fold of its homes' rows (docs/adr/0055): whose the homes are is identity's to say, and nothing here
-- rests on it. A hold lies with the root of its day, and so does its time-out, wherever the points lie by now.
WITH sums AS (
    SELECT
        a.home AS member,
        sum(a.remaining + a.held) AS balance,
        sum(greatest(a.remaining, 0)) AS positive,
        sum(a.held) AS held,
        sum(greatest(-(a.remaining + a.held), 0)) AS debt,
        -- What rolls lapses a span after the home's last activity, if that is later; `greatest` passes over null.
        min(CASE WHEN a.rolling_months > 0 OR a.rolling_days > 0 THEN greatest(
            a.expire_time,
            (w.last_activity_time AT TIME ZONE 'UTC'
                + make_interval(months => a.rolling_months, days => a.rolling_days)) AT TIME ZONE 'UTC'
        ) ELSE a.expire_time END) FILTER (WHERE a.remaining > 0 AND a.expire_time IS NOT NULL) AS next_expire_time,
        max(a.available_time) FILTER (WHERE a.remaining > 0) AS pending_until
    FROM accrual AS a
    LEFT JOIN wallet AS w ON w.bucket = a.bucket AND w.program = a.program AND w.member = a.home
    WHERE a.program = $1
    GROUP BY a.home
), holds AS (
    SELECT o.root AS member, min(o.time_out) AS next_hold_time
    FROM hold AS o
    WHERE o.program = $1 AND o.points > 0
    GROUP BY o.root
), facts AS (
    SELECT
        (coalesce(s.balance, 0), coalesce(s.positive, 0), coalesce(s.held, 0), coalesce(s.debt, 0))
            IS DISTINCT FROM (w.balance::numeric, w.positive::numeric, w.held::numeric, w.debt::numeric)
        OR coalesce(w.next_expire_time, 'infinity') > coalesce(s.next_expire_time, 'infinity')
        OR coalesce(w.next_hold_time, 'infinity') > coalesce(o.next_hold_time, 'infinity')
        -- What was available at the home's last command is not pending any more.
        OR greatest(w.pending_until, w.last_post_time) < s.pending_until AS broken,
        format('wallet %s: accruals sum to %s, it says %s, it knows of expiries from %s and of pending until %s',
               coalesce(w.member, s.member), s.balance, w.balance, w.next_expire_time, w.pending_until) AS finding
    FROM (
        SELECT
            member, balance, positive, held, debt, last_post_time, next_expire_time, pending_until, next_hold_time
        FROM wallet
        WHERE program = $1
    ) AS w
    FULL JOIN sums AS s ON s.member = w.member
    LEFT JOIN holds AS o ON o.member = w.member
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
