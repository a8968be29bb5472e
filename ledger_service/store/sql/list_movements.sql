-- Movements of a home after a sequence and up to another, each with its accrual, as far as they are wanted.
-- $1 bucket, $2 program, $3 home, $4 after sequence, $12 up to sequence, $5 at most, and null for whatever filters nothing: $6 kinds,
-- $7 brands, $8 accrual, $9 cause, $10 committed from, $11 committed before
SELECT
    m.sequence, m.kind AS movement_kind, m.points, m.remaining_after, m.held_after, m.cause, m.cause_id,
    m.line_number AS movement_line, m.value_currency, m.value, m.price_currency, m.price, m.pays_home,
    m.pays_sequence, m.occur_time, m.post_time, m.available_time AS new_available_time,
    m.expire_time AS new_expire_time, m.hash,
    (
        SELECT coalesce(array_agg(
            ARRAY[o.debtor, o.creditor, o.currency, o.amount::text, o.agreement_id, o.rate_id] ORDER BY o.ordinal
        ), ARRAY[]::text[][])
        FROM obligation AS o
        WHERE o.bucket = m.bucket AND o.program = m.program AND o.home = m.home AND o.sequence = m.sequence
    ) AS obligations,
    a.program, a.accrual_id, a.home, a.order_id, a.line_number, a.brand, a.issuer, a.rule_id, a.rule_version,
    a.rule_ordinal, a.kind, a.revision, a.offer_id, a.funders, a.location_id, a.operator, a.region, a.channel,
    a.currency, a.rate_numerator, a.rate_denominator, a.scope, a.desired, a.granted, a.earn_time, a.available_time,
    a.expire_time, a.remaining, a.held, a.reversed, a.expired, a.rolling_months,
    a.rolling_days, a.corrected, a.shift, a.origin_id, a.limits,
    a.settlement_policy, a.reserve_entity
FROM (
    -- The page is found before accruals are looked up, so that a short page of a long history stays cheap.
    SELECT
        n.bucket, n.program, n.home, n.sequence, n.accrual_id, n.kind, n.points, n.remaining_after, n.held_after,
        n.cause, n.cause_id, n.line_number, n.value_currency, n.value, n.price_currency, n.price, n.pays_home,
        n.pays_sequence, n.occur_time, n.post_time, n.available_time, n.expire_time, n.hash
    FROM movement AS n
    WHERE n.bucket = $1 AND n.program = $2 AND n.home = $3 AND n.sequence > $4 AND n.sequence <= $12
        AND ($6::text[] IS NULL OR n.kind = ANY ($6))
        AND ($7::text[] IS NULL OR (
            SELECT b.brand = ANY ($7)
            FROM accrual AS b
            WHERE b.bucket = n.bucket AND b.program = n.program AND b.accrual_id = n.accrual_id
        ))
        AND ($8::text IS NULL OR n.accrual_id = $8) AND ($9::text IS NULL OR n.cause_id = $9)
        AND ($10::timestamptz IS NULL OR n.post_time >= $10) AND ($11::timestamptz IS NULL OR n.post_time < $11)
    ORDER BY n.sequence
    LIMIT $5
) AS m
JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
ORDER BY m.sequence
