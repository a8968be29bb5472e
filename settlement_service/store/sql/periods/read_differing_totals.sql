-- Accounts whose running balance is not what the latest closing figures and the days since come to. $1 program, $2 the
-- latest closed period (0: none).
SELECT entity_id, currency_code, account, counterparty, brand_id, coalesce(t.running, 0) AS running,
       coalesce(s.summed, 0) AS summed
  FROM (
    SELECT entity_id, currency_code, account, counterparty, brand_id, balance AS running
      FROM account_total
     WHERE program = $1
  ) AS t
  FULL JOIN (
    SELECT entity_id, currency_code, account, counterparty, brand_id, sum(amount) AS summed
      FROM (
        SELECT entity_id, currency_code, account, counterparty, brand_id, balance AS amount
          FROM period_balance
         WHERE program = $1 AND period_sequence = $2
         UNION ALL
        SELECT entity_id, currency_code, account, counterparty, brand_id, amount
          FROM account_day
         WHERE program = $1 AND period_sequence > $2
      ) AS part
     GROUP BY entity_id, currency_code, account, counterparty, brand_id
  ) AS s USING (entity_id, currency_code, account, counterparty, brand_id)
 WHERE coalesce(t.running, 0) <> coalesce(s.summed, 0)
 ORDER BY entity_id, account, counterparty, brand_id
