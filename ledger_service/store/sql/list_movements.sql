-- Movements of a home after a sequence, each with its accrual.
-- $1 bucket, $2 program, $3 home, $4 after sequence, $5 at most
SELECT
    m.sequence, m.kind AS movement_kind, m.points, m.remaining_after, m.held_after, m.cause, m.cause_id,
    m.line_number AS movement_line, m.value_currency, m.value, m.price_currency, m.price, m.pays_home,
    m.pays_sequence, m.occur_time, m.post_time, m.available_time AS new_available_time,
    m.expire_time AS new_expire_time, m.hash,
    (
        SELECT coalesce(array_agg(
            ARRAY[o.debtor, o.creditor, o.currency, o.amount::text, o.agreement_id] ORDER BY o.ordinal
        ), ARRAY[]::text[][])
        FROM obligation AS o
        WHERE o.bucket = m.bucket AND o.program = m.program AND o.home = m.home AND o.sequence = m.sequence
    ) AS obligations,
    a.program, a.accrual_id, a.home, a.order_id, a.line_number, a.brand, a.issuer, a.rule_id, a.rule_version,
    a.rule_ordinal, a.kind, a.revision, a.offer_id, a.funders, a.location_id, a.operator, a.region, a.channel,
    a.currency, a.rate_numerator, a.rate_denominator, a.scope, a.desired, a.granted, a.earn_time, a.available_time,
    a.expire_time, a.remaining, a.held, a.reversed, a.expired
FROM movement AS m
JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
WHERE m.bucket = $1 AND m.program = $2 AND m.home = $3 AND m.sequence > $4
ORDER BY m.sequence
LIMIT $5
