-- What vouchers brought entities to owe each other in periods; those of netting and paying clear lines and are none.
-- $1 program, $2 period sequences.
SELECT v.period_sequence, v.number, e.entity_id AS debtor, p.counterparty AS creditor, e.currency_code,
       -sum(p.amount) AS minor_units
  FROM voucher AS v
  JOIN journal_entry AS e ON e.program = v.program AND e.voucher_id = v.voucher_id AND e.voucher_id <> ''
 CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts) AS p (account, counterparty, amount)
 WHERE v.program = $1
   AND v.period_sequence = ANY ($2::integer[])
   AND v.kind NOT IN ('NETTING', 'PAYMENT')
   AND p.account = 'due_to'
 GROUP BY v.period_sequence, v.number, e.entity_id, p.counterparty, e.currency_code
