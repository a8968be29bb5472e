-- What of closed periods' sales fell on points, up to and with a period. $1 program, $2 sequence.
SELECT period_sequence, brand_id, month, currency_code, allocated
  FROM cohort_allocation
 WHERE program = $1 AND period_sequence <= $2
 ORDER BY period_sequence, brand_id, month, currency_code
