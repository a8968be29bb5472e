-- Vouchers of a period with entries in one entity's books, and their debits there. $1 program, $2 period, $3 entity.
SELECT w.voucher_id, w.number, w.kind, w.reason, w.signed_name, w.post_time, e.currency_code,
       sum((SELECT sum(amount) FROM unnest(e.amounts) AS a (amount) WHERE amount > 0)) AS debits
  FROM journal_entry AS e
  JOIN voucher AS w ON w.program = e.program AND w.voucher_id = e.voucher_id
 WHERE e.program = $1 AND e.voucher_id <> '' AND e.period_sequence = $2
   AND e.entity_id = $3
 GROUP BY w.voucher_id, w.number, w.kind, w.reason, w.signed_name, w.post_time, e.currency_code
 ORDER BY w.number, e.currency_code
