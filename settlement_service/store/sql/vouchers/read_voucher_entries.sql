-- The entries of a voucher, in their order. $1 program, $2 id.
SELECT entity_id, currency_code, accounts, counterparties, amounts
  FROM journal_entry
 WHERE program = $1 AND voucher_id = $2
 ORDER BY entry_number
