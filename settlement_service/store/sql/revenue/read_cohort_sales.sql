-- What was paid for lines that gave cohorts their points, up to and with a period. $1 program, $2 sequence.
SELECT period_sequence, brand_id, month, currency_code, paid
  FROM cohort_sale
 WHERE program = $1 AND period_sequence <= $2
 ORDER BY period_sequence, brand_id, month, currency_code
