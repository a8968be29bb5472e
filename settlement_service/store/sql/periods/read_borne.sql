-- What redeemers bore of others' points in a period: movements' postings to redemption_expense, by funder. $1 program,
-- $2 period.
SELECT entity_id, counterparty, currency_code, sum(amount) AS amount
  FROM account_day
 WHERE program = $1 AND period_sequence = $2 AND account = 'redemption_expense' AND brand_id <> ''
 GROUP BY entity_id, counterparty, currency_code
HAVING sum(amount) <> 0
 ORDER BY entity_id, counterparty, currency_code
