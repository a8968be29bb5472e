-- Writes the closing balances of a period: those of the period before, and what was posted in this one. By accounts,
-- whatever the number of movements. $1 program, $2 period.
INSERT INTO period_balance (program, period_sequence, entity_id, currency_code, account, counterparty, brand_id, balance)
SELECT $1, $2, entity_id, currency_code, account, counterparty, brand_id, sum(amount)
  FROM (
    SELECT entity_id, currency_code, account, counterparty, brand_id, balance AS amount
      FROM period_balance
     WHERE program = $1 AND period_sequence = $2 - 1
     UNION ALL
    SELECT entity_id, currency_code, account, counterparty, brand_id, amount
      FROM account_day
     WHERE program = $1 AND period_sequence = $2
  ) AS part
 GROUP BY entity_id, currency_code, account, counterparty, brand_id
HAVING sum(amount) <> 0
