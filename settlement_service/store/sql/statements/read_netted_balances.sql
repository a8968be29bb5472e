-- What nettings, and payments withdrawn from them, posted to accounts between entities.
-- $1 program, $2 first period, $3 last period, $4 last day, $5 entity (empty: all).
SELECT e.entity_id, e.currency_code, p.account, p.counterparty, '' AS brand_id, sum(p.amount) AS amount
  FROM journal_entry AS e
  JOIN voucher AS w ON w.program = e.program AND w.voucher_id = e.voucher_id
 CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts) AS p (account, counterparty, amount)
 WHERE e.program = $1 AND e.voucher_id <> '' AND w.kind IN ('NETTING', 'PAYMENT')
   AND e.period_sequence BETWEEN $2 AND $3
   AND (w.post_time AT TIME ZONE 'UTC')::date <= $4::date
   AND ($5::text = '' OR e.entity_id = $5)
   AND p.account IN ('due_to', 'due_from')
 GROUP BY e.entity_id, e.currency_code, p.account, p.counterparty
 ORDER BY e.entity_id, e.currency_code, p.account, p.counterparty
