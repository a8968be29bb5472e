-- Records what is expected of brands' points as a period is closed. $1 program, $2 sequence; one array per column:
-- $3 brands, $4 numerators, $5 denominators.
INSERT INTO breakage_estimate (program, period_sequence, brand_id, expected_numerator, expected_denominator)
SELECT $1, $2, brand_id, numerator, denominator
  FROM unnest($3::text[], $4::bigint[], $5::bigint[]) AS row (brand_id, numerator, denominator)
