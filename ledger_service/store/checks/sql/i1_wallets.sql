-- I1: a wallet's totals are those of its accruals, and none of them lapses or is pending beyond the wallet's bounds
-- $1 program
WITH sums AS (
    SELECT
        a.bucket, a.home,
        sum(a.remaining + a.held) AS balance,
        sum(greatest(a.remaining, 0)) AS positive,
        sum(a.held) AS held,
        sum(greatest(-(a.remaining + a.held), 0)) AS debt,
        min(a.expire_time) FILTER (WHERE a.remaining > 0) AS next_expire_time,
        max(a.available_time) FILTER (WHERE a.remaining > 0) AS pending_until
    FROM accrual AS a
    WHERE a.program = $1
    GROUP BY a.bucket, a.home
), facts AS (
    SELECT
        (coalesce(s.balance, 0), coalesce(s.positive, 0), coalesce(s.held, 0), coalesce(s.debt, 0))
            IS DISTINCT FROM (w.balance::numeric, w.positive::numeric, w.held::numeric, w.debt::numeric)
        OR coalesce(w.next_expire_time, 'infinity') > coalesce(s.next_expire_time, 'infinity')
        -- What was available at the wallet's last command is not pending any more.
        OR greatest(w.pending_until, w.last_post_time) < s.pending_until AS broken,
        format('wallet %s: accruals sum to %s, it says %s, it knows of expiries from %s and of pending until %s',
               coalesce(w.member, s.home), s.balance, w.balance, w.next_expire_time, w.pending_until) AS finding
    FROM (
        SELECT bucket, member, balance, positive, held, debt, last_post_time, next_expire_time, pending_until
        FROM wallet
        WHERE program = $1
    ) AS w
    FULL JOIN sums AS s ON s.bucket = w.bucket AND s.home = w.member
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
