-- I3: what is kept of each redeemed movement is its price, borne by its funders, and what was paid and restored of it
-- $1 program
WITH repaid AS (
    -- Repayments, less what of them was unwound, and what money of a refund or the issuer made good.
    SELECT m.bucket, m.pays_home, m.pays_sequence, sum(m.points) AS points, sum(m.price) AS price
    FROM movement AS m
    WHERE m.program = $1 AND m.kind IN ('repaid', 'adjusted') AND m.pays_home IS NOT NULL
    GROUP BY m.bucket, m.pays_home, m.pays_sequence
), waived AS (
    -- What points that owe nobody paid of a price counts as paid, though nobody pays it. They lie with any home.
    SELECT b.pays_home, b.pays_sequence, sum(b.waived) AS price
    FROM burn AS b
    WHERE b.program = $1 AND b.waived <> 0
    GROUP BY b.pays_home, b.pays_sequence
), spent AS (
    SELECT
        m.bucket, m.home, m.sequence, m.accrual_id, abs(m.points) AS points,
        -- What was given away has no price: it is owed for what it stood for, carrying value half-up.
        CASE m.kind WHEN 'redeemed' THEN m.price_currency ELSE a.currency END AS price_currency,
        CASE m.kind
            WHEN 'redeemed' THEN m.price
            ELSE div(2 * abs(m.points)::numeric * a.rate_numerator + a.rate_denominator, 2 * a.rate_denominator::numeric)
        END AS price,
        coalesce(r.points, 0) AS repaid_points, coalesce(r.price, 0) + coalesce(w.price, 0) AS repaid_price,
        CASE WHEN m.cause = 'repayment' THEN m.cause_id ELSE '' END AS debtor, m.pays_home, m.pays_sequence
    FROM movement AS m
    LEFT JOIN repaid AS r ON r.bucket = m.bucket AND r.pays_home = m.home AND r.pays_sequence = m.sequence
    LEFT JOIN waived AS w ON w.pays_home = m.home AND w.pays_sequence = m.sequence
    LEFT JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
    WHERE m.program = $1 AND (
        m.kind IN ('redeemed', 'transferred_out') OR (m.kind = 'adjusted' AND m.cause = 'adjustment' AND m.points < 0)
    )
), kept AS (
    SELECT
        b.bucket, b.home, b.sequence, b.accrual_id, b.points, b.currency, b.price, b.repaid_points, b.repaid_price,
        b.debtor, b.pays_home, b.pays_sequence,
        -- Empty where the text is damaged or does not tell one share for each funder.
        CASE WHEN b.borne ~ '^[0-9]+(,[0-9]+)*$'
                AND cardinality(string_to_array(b.borne, ',')) = cardinality(string_to_array(a.funders, ','))
            THEN (SELECT sum(share::numeric) FROM unnest(string_to_array(b.borne, ',')) AS share)
        END AS borne
    FROM burn AS b
    LEFT JOIN accrual AS a ON a.bucket = b.bucket AND a.program = b.program AND a.accrual_id = b.accrual_id
    WHERE b.program = $1
), given_back AS (
    -- A restored movement names its accrual and, where a repayment was unwound, the debtor; not the burn.
    SELECT
        m.bucket, m.accrual_id, CASE WHEN m.cause = 'repayment' THEN m.cause_id ELSE '' END AS debtor,
        sum(m.points) AS points, -sum(m.price) AS price
    FROM movement AS m
    WHERE m.program = $1 AND m.kind = 'restored'
    GROUP BY 1, 2, 3
), restored AS (
    SELECT b.bucket, b.accrual_id, b.debtor, sum(b.restored_points) AS points, sum(b.restored_price) AS price
    FROM burn AS b
    WHERE b.program = $1
    GROUP BY b.bucket, b.accrual_id, b.debtor
), facts AS (
    SELECT
        (s.accrual_id, s.points, s.price_currency, s.price::numeric, s.price::numeric, s.repaid_points, s.repaid_price,
            s.debtor, s.pays_home, s.pays_sequence)
            IS DISTINCT FROM
            (k.accrual_id, k.points, k.currency, k.price::numeric, k.borne, k.repaid_points::numeric, k.repaid_price::numeric,
            k.debtor, k.pays_home, k.pays_sequence)
            AS broken,
        format('movement %s of %s: repayments sum to %s points and %s, kept are %s and %s',
               coalesce(s.sequence, k.sequence), coalesce(s.home, k.home), s.repaid_points, s.repaid_price,
               k.repaid_points, k.repaid_price) AS finding
    FROM spent AS s
    FULL JOIN kept AS k ON k.bucket = s.bucket AND k.home = s.home AND k.sequence = s.sequence
    UNION ALL
    SELECT
        (coalesce(g.points, 0), coalesce(g.price, 0)) IS DISTINCT FROM (r.points, r.price),
        format('accrual %s: its burns%s say %s points and %s were restored, movements say %s and %s',
               coalesce(r.accrual_id, g.accrual_id), nullif(' for ' || coalesce(r.debtor, g.debtor), ' for '),
               r.points, r.price, coalesce(g.points, 0), coalesce(g.price, 0))
    FROM restored AS r
    FULL JOIN given_back AS g ON g.bucket = r.bucket AND g.accrual_id = r.accrual_id AND g.debtor = r.debtor
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
