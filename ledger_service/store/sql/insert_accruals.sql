-- Accruals are born.
INSERT INTO accrual (
    bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal,
    kind, revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
    rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, remaining, held, reversed,
    expired
)
SELECT
    bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal,
    kind, revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
    rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, remaining, held, reversed,
    expired
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::text[],
    $9::text[], $10::text[], $11::integer[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[],
    $17::text[], $18::text[], $19::text[], $20::text[], $21::bigint[], $22::bigint[], $23::text[], $24::bigint[],
    $25::bigint[], $26::timestamptz[], $27::timestamptz[], $28::timestamptz[], $29::bigint[], $30::bigint[],
    $31::bigint[], $32::bigint[]
) AS row (
    bucket, program, accrual_id, home, order_id, line_number, brand, issuer, rule_id, rule_version, rule_ordinal,
    kind, revision, offer_id, funders, location_id, operator, region, channel, currency, rate_numerator,
    rate_denominator, scope, desired, granted, earn_time, available_time, expire_time, remaining, held, reversed,
    expired
)
