-- Balances at a cursor of the accounts that the ledger knows too, summed from what movements posted, debits positive.
-- Vouchers are left out: no movement caused them. $1 program, $2 partitions, $3 positions.
SELECT e.entity_id, p.account, p.counterparty, e.currency_code, sum(p.amount) AS balance
  FROM journal_entry AS e
 CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts) AS p (account, counterparty, amount)
  JOIN booked_movement AS m
    ON m.program = e.program AND m.home_member_id = e.home_member_id AND m.sequence = e.movement_sequence
  JOIN unnest($2::integer[], $3::bigint[]) AS cut (partition, position)
    ON m.partition = cut.partition AND m.position <= cut.position
 WHERE e.program = $1 AND e.voucher_id = ''
   AND p.account IN ('due_to', 'due_from', 'points_liability', 'member_receivable', 'reserve_held')
 GROUP BY e.entity_id, p.account, p.counterparty, e.currency_code
