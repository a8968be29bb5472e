-- Redemptions are kept.
INSERT INTO redemption (
    bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
    rate_denominator, revision, occur_time, post_time
)
SELECT
    bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
    rate_denominator, revision, occur_time, post_time
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
    $9::text[], $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::timestamptz[], $15::timestamptz[]
) AS row (
    bucket, program, redemption_id, root, brand, redeemer, location_id, points, currency, value, rate_numerator,
    rate_denominator, revision, occur_time, post_time
)
