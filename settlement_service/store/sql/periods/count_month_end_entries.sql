-- How many entries the month-end voucher of a period has; 0: it is not booked. $1 program, $2 period.
SELECT count(*)
  FROM voucher AS v
  JOIN journal_entry AS e ON e.program = v.program AND e.period_sequence = v.period_sequence
                         AND e.voucher_id = v.voucher_id
 WHERE v.program = $1 AND v.period_sequence = $2 AND v.kind = 'MONTH_END'
