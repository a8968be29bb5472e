-- What one movement brought a debtor to owe a creditor. $1 program, $2 home, $3 sequence, $4 period sequence, $5 brand,
-- $6 debtor, $7 creditor, $8 currency.
SELECT coalesce(-sum(p.amount), 0) AS minor_units
  FROM journal_entry AS e
  JOIN booked_movement AS m
    ON m.program = e.program AND m.home_member_id = e.home_member_id AND m.sequence = e.movement_sequence
 CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts) AS p (account, counterparty, amount)
 WHERE e.program = $1
   AND e.home_member_id = $2
   AND e.movement_sequence = $3
   AND e.period_sequence = $4
   AND m.brand_id = $5
   AND e.entity_id = $6
   AND p.account = 'due_to'
   AND p.counterparty = $7
   AND e.currency_code = $8
