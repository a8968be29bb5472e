-- I3: Every journal entry balances in its entity and currency: debits equal credits, and no posting is empty.
-- $1 program.
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT e.balanced) AS violations,
       (array_agg(format('entry %s of %s: postings sum to %s %s', e.entry_number, e.entity_id, e.total,
                         e.currency_code) ORDER BY e.entry_number) FILTER (WHERE NOT e.balanced))[:20] AS findings
  FROM (
    SELECT j.entry_number, j.entity_id, j.currency_code, sum(p.amount) AS total,
           coalesce(sum(p.amount) = 0 AND bool_and(p.amount <> 0) AND count(p.amount) >= 2, false) AS balanced
      FROM journal_entry AS j
      LEFT JOIN posting AS p ON p.program = j.program AND p.entry_number = j.entry_number
     WHERE j.program = $1
     GROUP BY j.entry_number, j.entity_id, j.currency_code
  ) AS e
