-- I3: what is kept of each redeemed movement is its price, borne by its funders, and what repayments have paid of it
-- $1 program
WITH repaid AS (
    SELECT m.bucket, m.pays_home, m.pays_sequence, sum(m.points) AS points, sum(m.price) AS price
    FROM movement AS m
    WHERE m.program = $1 AND m.kind = 'repaid'
    GROUP BY m.bucket, m.pays_home, m.pays_sequence
), spent AS (
    SELECT
        m.bucket, m.home, m.sequence, m.accrual_id, m.points, m.price_currency, m.price,
        coalesce(r.points, 0) AS repaid_points, coalesce(r.price, 0) AS repaid_price
    FROM movement AS m
    LEFT JOIN repaid AS r ON r.bucket = m.bucket AND r.pays_home = m.home AND r.pays_sequence = m.sequence
    WHERE m.program = $1 AND m.kind = 'redeemed'
), kept AS (
    SELECT
        b.bucket, b.home, b.sequence, b.accrual_id, b.points, b.currency, b.price, b.repaid_points, b.repaid_price,
        -- Empty where the text is damaged or does not tell one share for each funder.
        CASE WHEN b.borne ~ '^[0-9]+(,[0-9]+)*$'
                AND cardinality(string_to_array(b.borne, ',')) = cardinality(string_to_array(a.funders, ','))
            THEN (SELECT sum(share::numeric) FROM unnest(string_to_array(b.borne, ',')) AS share)
        END AS borne
    FROM burn AS b
    LEFT JOIN accrual AS a ON a.bucket = b.bucket AND a.program = b.program AND a.accrual_id = b.accrual_id
    WHERE b.program = $1
), facts AS (
    SELECT
        (s.accrual_id, s.points, s.price_currency, s.price, s.price::numeric, s.repaid_points, s.repaid_price)
            IS DISTINCT FROM
            (k.accrual_id, k.points, k.currency, k.price, k.borne, k.repaid_points::numeric, k.repaid_price::numeric)
            AS broken,
        format('movement %s of %s: repayments sum to %s points and %s, kept are %s and %s',
               coalesce(s.sequence, k.sequence), coalesce(s.home, k.home), s.repaid_points, s.repaid_price,
               k.repaid_points, k.repaid_price) AS finding
    FROM spent AS s
    FULL JOIN kept AS k ON k.bucket = s.bucket AND k.home = s.home AND k.sequence = s.sequence
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
