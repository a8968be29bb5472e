-- I3: a redemption's pieces sum to its points and value, and obligations to no more than the price
-- $1 program
WITH pieces AS (
    SELECT m.cause_id, sum(m.points) AS points, sum(m.value) AS value, min(m.value_currency) AS currency
    FROM movement AS m
    WHERE m.program = $1 AND m.kind = 'redeemed' AND m.cause = 'redemption'
    GROUP BY m.cause_id
), owed AS (
    SELECT m.bucket, m.home, m.sequence, m.price, sum(o.amount) AS amount
    FROM movement AS m
    JOIN obligation AS o
        ON o.bucket = m.bucket AND o.program = m.program AND o.home = m.home AND o.sequence = m.sequence
    WHERE m.program = $1
    GROUP BY m.bucket, m.home, m.sequence, m.price
), facts AS (
    SELECT
        (p.points, p.value, p.currency) IS DISTINCT FROM (r.points::numeric, r.value::numeric, r.currency) AS broken,
        format('redemption %s: pieces say %s points, it says %s', coalesce(r.redemption_id, p.cause_id), p.points,
               r.points) AS finding
    FROM (SELECT redemption_id, points, value, currency FROM redemption WHERE program = $1) AS r
    FULL JOIN pieces AS p ON p.cause_id = r.redemption_id
    UNION ALL
    SELECT
        owed.price IS NULL OR abs(owed.amount) > abs(owed.price),
        format('movement %s of %s: %s is owed, its price is %s', owed.sequence, owed.home, owed.amount, owed.price)
    FROM owed
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
