-- Adds to what became of cohorts. Rows come sorted by key, so that two writers lock in one order.
-- $1 programs, $2 periods, $3 brands, $4 months, $5 currencies, $6 origins, $7 and $8 rates, $9 kinds, $10 points,
-- $11 outstanding, $12 debt, $13 liability, $14 receivable.
INSERT INTO cohort_total AS t (program, period_sequence, brand_id, month, currency_code, origin, rate_numerator,
                               rate_denominator, kind, points, outstanding, debt, liability, receivable)
SELECT program, period_sequence, brand_id, month, currency_code, origin, rate_numerator, rate_denominator, kind, points,
       outstanding, debt, liability, receivable
  FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
              $9::text[], $10::numeric[], $11::numeric[], $12::numeric[], $13::numeric[], $14::numeric[])
    AS row (program, period_sequence, brand_id, month, currency_code, origin, rate_numerator, rate_denominator, kind,
            points, outstanding, debt, liability, receivable)
    ON CONFLICT (program, period_sequence, brand_id, month, currency_code, origin, rate_numerator, rate_denominator,
                 kind)
    DO UPDATE SET points = t.points + excluded.points,
                  outstanding = t.outstanding + excluded.outstanding,
                  debt = t.debt + excluded.debt,
                  liability = t.liability + excluded.liability,
                  receivable = t.receivable + excluded.receivable
