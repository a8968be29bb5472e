-- What movements did to cohorts up to and with a period. $1 program, $2 sequence.
SELECT period_sequence, brand_id, month, currency_code, origin, rate_numerator, rate_denominator, kind, points,
       outstanding, debt, liability, receivable
  FROM cohort_total
 WHERE program = $1 AND period_sequence <= $2
 ORDER BY period_sequence, brand_id, month, currency_code, origin, rate_numerator, rate_denominator, kind
