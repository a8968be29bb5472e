-- Who came to owe whom by movements of a period. $1 program, $2 period.
SELECT DISTINCT entity_id, counterparty
  FROM account_day
 WHERE program = $1 AND period_sequence = $2 AND account = 'due_to' AND brand_id <> ''
 ORDER BY entity_id, counterparty
