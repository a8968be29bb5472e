-- Adds to what was posted to accounts by period and day, and to their balances. Rows come sorted by the key of a
-- balance and are added in that order, so that two writers lock in one order.
-- $1 programs, $2 entities, $3 currencies, $4 accounts, $5 counterparties, $6 brands, $7 periods, $8 days, $9 changes,
-- $10 debits in them.
  WITH change AS MATERIALIZED (
    SELECT c.program, c.entity_id, c.currency_code, c.account, c.counterparty, c.brand_id, c.period_sequence, c.day,
           c.amount, c.debits
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[], $8::date[],
                  $9::numeric[], $10::numeric[])
        AS c (program, entity_id, currency_code, account, counterparty, brand_id, period_sequence, day, amount, debits)
  ), by_day AS (
    INSERT INTO account_day AS t (program, period_sequence, day, entity_id, currency_code, account, counterparty,
                                  brand_id, amount, debits)
    SELECT program, period_sequence, day, entity_id, currency_code, account, counterparty, brand_id, amount, debits
      FROM change
        ON CONFLICT (program, period_sequence, day, entity_id, currency_code, account, counterparty, brand_id)
        DO UPDATE SET amount = t.amount + excluded.amount, debits = t.debits + excluded.debits
  )
INSERT INTO account_total AS t (program, entity_id, currency_code, account, counterparty, brand_id, balance)
SELECT program, entity_id, currency_code, account, counterparty, brand_id, sum(amount)
  FROM change
 GROUP BY program, entity_id, currency_code, account, counterparty, brand_id
 ORDER BY program COLLATE "C", entity_id COLLATE "C", currency_code COLLATE "C", account COLLATE "C",
          counterparty COLLATE "C", brand_id COLLATE "C"
    ON CONFLICT (program, entity_id, currency_code, account, counterparty, brand_id)
    DO UPDATE SET balance = t.balance + excluded.balance
