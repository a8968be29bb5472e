-- Records what of a period's sales fell on points. $1 program, $2 sequence; one array per column: $3 brands, $4 months,
-- $5 currencies, $6 amounts.
INSERT INTO cohort_allocation (program, period_sequence, brand_id, month, currency_code, allocated)
SELECT $1, $2, brand_id, month, currency_code, allocated
  FROM unnest($3::text[], $4::text[], $5::text[], $6::numeric[]) AS row (brand_id, month, currency_code, allocated)
