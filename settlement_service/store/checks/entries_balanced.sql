-- I3: Every journal entry balances in its entity, in its currency and in points; no posting is empty, and no entry.
-- $1 program.
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT e.balanced) AS violations,
       (array_agg(format('entry %s of %s: postings sum to %s %s and %s points', e.entry_number, e.entity_id, e.total,
                         e.currency_code, e.points) ORDER BY e.entry_number) FILTER (WHERE NOT e.balanced))[:20]
           AS findings
  FROM (
    SELECT j.entry_number, j.entity_id, j.currency_code, m.total, p.total AS points,
           m.total IS NOT DISTINCT FROM 0 AND p.total IS NOT DISTINCT FROM 0 AND m.postings <> 1 AND p.postings <> 1
               AND m.postings + p.postings > 0 AND (m.postings > 0) = (j.currency_code <> '')
               AND m.whole AND p.whole AS balanced
      FROM journal_entry AS j
     CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount), 0) AS total, count(*) AS postings, coalesce(bool_and(amount <> 0), true) AS whole
          FROM unnest(j.amounts) AS amount
     ) AS m
     CROSS JOIN LATERAL (
        SELECT coalesce(sum(amount), 0) AS total, count(*) AS postings, coalesce(bool_and(amount <> 0), true) AS whole
          FROM unnest(j.point_amounts) AS amount
     ) AS p
     WHERE j.program = $1
  ) AS e
