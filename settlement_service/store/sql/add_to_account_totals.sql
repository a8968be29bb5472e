-- Adds to the accounts' balances; rows come sorted by key, so that two writers lock in one order.
-- $1 programs, $2 entities, $3 currencies, $4 accounts, $5 counterparties, $6 brands, $7 changes.
INSERT INTO account_total AS t (program, entity_id, currency_code, account, counterparty, brand_id, balance)
SELECT program, entity_id, currency_code, account, counterparty, brand_id, balance
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[])
    AS row (program, entity_id, currency_code, account, counterparty, brand_id, balance)
    ON CONFLICT (program, entity_id, currency_code, account, counterparty, brand_id)
    DO UPDATE SET balance = t.balance + excluded.balance
