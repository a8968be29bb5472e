-- A voucher. $1 program, $2 id.
SELECT voucher_id, number, kind, period_sequence, reason, caller, signed_name, subject_id, document, post_time
  FROM voucher
 WHERE program = $1 AND voucher_id = $2
