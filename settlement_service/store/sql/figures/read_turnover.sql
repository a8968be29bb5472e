-- What was posted to the accounts of an entity over a span, by debits and credits. $1 program, $2 entity, $3 after this
-- period, $4 last period, $5 after this day, $6 last day.
SELECT currency_code, account, counterparty, sum(debits) AS debits, sum(debits - amount) AS credits
  FROM account_day
 WHERE program = $1 AND entity_id = $2 AND period_sequence > $3 AND period_sequence <= $4 AND day > $5 AND day <= $6
 GROUP BY currency_code, account, counterparty
HAVING sum(debits) <> 0 OR sum(debits - amount) <> 0
 ORDER BY currency_code, account, counterparty
