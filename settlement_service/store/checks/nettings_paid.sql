-- I3: What nettings took off the books is what their payments bring: each entity's clearing is the sum of its payments
-- that are neither confirmed nor given up, each netting cleared exactly its lines, and is what was hashed. $1 program.
  WITH pending AS (
    SELECT p.debtor, p.creditor, p.currency_code, p.minor_units::numeric AS amount
      FROM payment AS p
     CROSS JOIN LATERAL (
        SELECT s.state
          FROM payment_step AS s
         WHERE s.program = p.program AND s.payment_id = p.payment_id
         ORDER BY s.step DESC
         LIMIT 1
     ) AS last
     WHERE p.program = $1 AND last.state IN ('PROPOSED', 'APPROVED', 'SENT', 'FAILED')
  ), clearing AS (
    SELECT entity_id, currency_code, sum(balance) AS cleared, sum(due) AS due
      FROM (
        SELECT entity_id, currency_code, balance, 0 AS due
          FROM account_total
         WHERE program = $1 AND account = 'netting_clearing'
         UNION ALL
        SELECT debtor, currency_code, 0, -amount FROM pending
         UNION ALL
        SELECT creditor, currency_code, 0, amount FROM pending
      ) AS side
     GROUP BY entity_id, currency_code
  ), cleared AS (
    SELECT netting_id, debtor, creditor, currency_code, sum(taken) AS taken, sum(booked) AS booked
      FROM (
        SELECT netting_id, debtor, creditor, currency_code, minor_units::numeric AS taken, 0 AS booked
          FROM netting_line
         WHERE program = $1 AND NOT disputed
         UNION ALL
        SELECT v.subject_id, e.entity_id, p.counterparty, e.currency_code, 0, p.amount
          FROM voucher AS v
          JOIN journal_entry AS e ON e.program = v.program AND e.voucher_id = v.voucher_id AND e.voucher_id <> ''
         CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts) AS p (account, counterparty, amount)
         WHERE v.program = $1 AND v.kind = 'NETTING' AND p.account = 'due_to'
      ) AS side
     GROUP BY netting_id, debtor, creditor, currency_code
  ), fact AS (
    SELECT format('%s has %s %s in netting clearing, its payments bring %s', entity_id, cleared, currency_code, due) AS finding,
           cleared = due AS holds
      FROM clearing
     UNION ALL
    SELECT format('%s took %s %s that %s owes %s, and cleared %s', netting_id, taken, currency_code, debtor, creditor, booked),
           taken = booked
      FROM cleared
     UNION ALL
    SELECT format('%s is not the document that was hashed', netting_id),
           hash = sha256('netting/1'::bytea || '\x00'::bytea || convert_to(document, 'UTF8'))
      FROM netting
     WHERE program = $1
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT f.holds) AS violations,
       (array_agg(f.finding ORDER BY f.finding) FILTER (WHERE NOT f.holds))[:20] AS findings
  FROM fact AS f
