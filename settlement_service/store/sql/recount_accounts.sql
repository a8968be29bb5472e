-- Balances of the accounts that the ledger knows too, as movements caused them, summed from the journal, debits
-- positive. $1 program.
SELECT entity_id, account, counterparty, currency_code, sum(amount) AS balance
  FROM posting
 WHERE program = $1 AND account IN ('due_to', 'due_from', 'points_liability', 'member_receivable', 'reserve_held')
   AND voucher_id = ''
 GROUP BY entity_id, account, counterparty, currency_code
