-- The accruals of sales, in accrual order.
-- $1 buckets, $2 programs, $3 order ids
SELECT
    a.program, a.accrual_id, a.home, a.order_id, a.line_number, a.brand, a.issuer, a.rule_id, a.rule_version,
    a.rule_ordinal, a.kind, a.revision, a.offer_id, a.funders, a.location_id, a.operator, a.region, a.channel,
    a.currency, a.rate_numerator, a.rate_denominator, a.scope, a.desired, a.granted, a.earn_time, a.available_time,
    a.expire_time, a.remaining, a.held, a.reversed, a.expired, a.rolling_months,
    a.rolling_days, a.corrected, a.shift, a.origin_id, a.limits,
    a.settlement_policy, a.reserve_entity
FROM accrual AS a
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, order_id)
    ON a.bucket = k.bucket AND a.program = k.program AND a.order_id = k.order_id
ORDER BY a.program, a.order_id, a.line_number, a.rule_ordinal, a.rule_id
