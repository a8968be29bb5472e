-- What becomes spendable only after a time.
-- $1 buckets, $2 program, $3 homes, $4 after
SELECT
    a.program, a.accrual_id, a.home, a.order_id, a.line_number, a.brand, a.issuer, a.rule_id, a.rule_version,
    a.rule_ordinal, a.kind, a.revision, a.offer_id, a.funders, a.location_id, a.operator, a.region, a.channel,
    a.currency, a.rate_numerator, a.rate_denominator, a.scope, a.desired, a.granted, a.earn_time, a.available_time,
    a.expire_time, a.remaining, a.held, a.reversed, a.expired, a.rolling_months,
    a.rolling_days, a.corrected, a.shift, a.origin_id, a.limits,
    a.settlement_policy, a.reserve_entity
FROM accrual AS a
JOIN unnest($1::smallint[], $3::text[]) AS k (bucket, home) ON a.bucket = k.bucket AND a.home = k.home
WHERE a.program = $2 AND a.remaining > 0 AND a.available_time > $4
