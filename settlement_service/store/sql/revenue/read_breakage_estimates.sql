-- What was expected when periods were closed, up to and with a period. $1 program, $2 sequence.
SELECT period_sequence, brand_id, expected_numerator, expected_denominator
  FROM breakage_estimate
 WHERE program = $1 AND period_sequence <= $2
