-- What entities owe each other, from the running totals of the debtors' books. $1 program.
SELECT entity_id AS debtor, counterparty AS creditor, currency_code, -sum(balance) AS minor_units
  FROM account_total
 WHERE program = $1 AND account = 'due_to'
 GROUP BY entity_id, counterparty, currency_code
 ORDER BY currency_code, entity_id, counterparty
