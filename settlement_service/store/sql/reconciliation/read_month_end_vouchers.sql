-- What month-end vouchers of a period say entities are owed less what they owe. $1 program, $2 period.
SELECT e.entity_id, e.currency_code, sum(p.amount) AS amount
  FROM voucher AS v
  JOIN journal_entry AS e ON e.program = v.program AND e.voucher_id = v.voucher_id
 CROSS JOIN LATERAL unnest(e.accounts, e.amounts) AS p (account, amount)
 WHERE v.program = $1 AND v.period_sequence = $2 AND v.kind = 'MONTH_END' AND p.account IN ('due_to', 'due_from')
 GROUP BY e.entity_id, e.currency_code
