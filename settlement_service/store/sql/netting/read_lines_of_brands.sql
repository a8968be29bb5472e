-- What movements brought entities to owe each other in periods, by issuing brand. Vouchers carry no brand.
-- $1 program, $2 period sequences.
SELECT period_sequence, brand_id, entity_id AS debtor, counterparty AS creditor, currency_code,
       -sum(amount) AS minor_units
  FROM account_day
 WHERE program = $1 AND period_sequence = ANY ($2::integer[]) AND account = 'due_to' AND brand_id <> ''
 GROUP BY period_sequence, brand_id, entity_id, counterparty, currency_code
