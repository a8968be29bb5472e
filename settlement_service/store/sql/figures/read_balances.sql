-- Balances at a moment: those of a closed period and what was posted after it. What stands at zero is left out.
-- $1 program, $2 the closed period (0: none), $3 last period that counts, $4 last day that counts, $5 entity (empty:
-- all).
SELECT entity_id, currency_code, account, counterparty, brand_id, sum(amount) AS amount
  FROM (
    SELECT entity_id, currency_code, account, counterparty, brand_id, balance AS amount
      FROM period_balance
     WHERE program = $1 AND period_sequence = $2 AND ($5::text = '' OR entity_id = $5)
     UNION ALL
    SELECT entity_id, currency_code, account, counterparty, brand_id, amount
      FROM account_day
     WHERE program = $1 AND period_sequence > $2 AND period_sequence <= $3 AND day <= $4
       AND ($5::text = '' OR entity_id = $5)
  ) AS part
 GROUP BY entity_id, currency_code, account, counterparty, brand_id
HAVING sum(amount) <> 0
 ORDER BY entity_id, currency_code, account, counterparty, brand_id
