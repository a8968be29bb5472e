-- Adds to what was paid for lines that gave points. Rows come sorted by key, so that two writers lock in one order.
-- $1 programs, $2 periods, $3 brands, $4 months, $5 currencies, $6 paid.
INSERT INTO cohort_sale AS t (program, period_sequence, brand_id, month, currency_code, paid)
SELECT program, period_sequence, brand_id, month, currency_code, paid
  FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::numeric[])
    AS row (program, period_sequence, brand_id, month, currency_code, paid)
    ON CONFLICT (program, period_sequence, brand_id, month, currency_code)
    DO UPDATE SET paid = t.paid + excluded.paid
