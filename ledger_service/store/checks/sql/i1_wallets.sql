-- I1: a wallet's totals are those of its accruals
-- $1 program
WITH sums AS (
    SELECT
        a.bucket, a.home,
        sum(a.remaining + a.held) AS balance,
        sum(greatest(a.remaining, 0)) AS positive,
        sum(a.held) AS held,
        sum(greatest(-(a.remaining + a.held), 0)) AS debt
    FROM accrual AS a
    WHERE a.program = $1
    GROUP BY a.bucket, a.home
), facts AS (
    SELECT
        (coalesce(s.balance, 0), coalesce(s.positive, 0), coalesce(s.held, 0), coalesce(s.debt, 0))
            IS DISTINCT FROM (w.balance::numeric, w.positive::numeric, w.held::numeric, w.debt::numeric) AS broken,
        format('wallet %s: accruals sum to %s, it says %s', coalesce(w.member, s.home), s.balance, w.balance)
            AS finding
    FROM (
        SELECT bucket, member, balance, positive, held, debt FROM wallet WHERE program = $1
    ) AS w
    FULL JOIN sums AS s ON s.bucket = w.bucket AND s.home = w.member
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
