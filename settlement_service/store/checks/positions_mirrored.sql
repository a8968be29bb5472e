-- I3: What every entity owes, another is owed, to the unit: the net positions of all entities sum to exactly 0.
-- $1 program.
SELECT count(*) AS checked,
       count(*) FILTER (WHERE pair.owed <> pair.due) AS violations,
       (array_agg(format('%s owes %s %s %s, which is owed %s', pair.debtor, pair.creditor, pair.owed,
                         pair.currency_code, pair.due) ORDER BY pair.debtor, pair.creditor, pair.currency_code)
           FILTER (WHERE pair.owed <> pair.due))[:20] AS findings
  FROM (
    SELECT debtor, creditor, currency_code, sum(owed) AS owed, sum(due) AS due
      FROM (
        SELECT entity_id AS debtor, counterparty AS creditor, currency_code, -amount::numeric AS owed, 0 AS due
          FROM posting
         WHERE program = $1 AND account = 'due_to'
         UNION ALL
        SELECT counterparty, entity_id, currency_code, 0, amount
          FROM posting
         WHERE program = $1 AND account = 'due_from'
      ) AS side
     GROUP BY debtor, creditor, currency_code
  ) AS pair
