-- A page of vouchers by number. $1 program, $2 after this number, $3 period (0: all), $4 kind (empty: all), $5 limit.
SELECT voucher_id, number, kind, period_sequence, reason, caller, signed_name, subject_id, document, post_time
  FROM voucher
 WHERE program = $1 AND number > $2 AND ($3::integer = 0 OR period_sequence = $3) AND ($4::text = '' OR kind = $4)
 ORDER BY number
 LIMIT $5
