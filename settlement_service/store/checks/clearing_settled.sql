-- I3: What clears inside an event is clear: no balance stays on repayment clearing.
-- $1 program.
SELECT count(*) AS checked,
       count(*) FILTER (WHERE c.balance <> 0) AS violations,
       (array_agg(format('%s of %s stands at %s %s', c.account, c.entity_id, c.balance, c.currency_code)
                  ORDER BY c.entity_id, c.account, c.currency_code) FILTER (WHERE c.balance <> 0))[:20] AS findings
  FROM (
    SELECT entity_id, account, currency_code, sum(amount) AS balance
      FROM posting
     WHERE program = $1 AND account = 'repayment_clearing'
     GROUP BY entity_id, account, currency_code
  ) AS c
