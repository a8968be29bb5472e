-- Where the entries of some periods begin and end in the journal; nulls if there are none. Read from the ends of an
-- index, entity by entity and period by period, not from the entries. $1 program, $2 first period, $3 last period,
-- $4 entities.
SELECT min(ends.first_entry) AS first_entry, max(ends.last_entry) AS last_entry
  FROM generate_series($2::integer, $3::integer) AS s (sequence)
 CROSS JOIN unnest($4::text[]) AS t (entity_id)
 CROSS JOIN LATERAL (
    SELECT (SELECT e.entry_number
              FROM journal_entry AS e
             WHERE e.program = $1 AND e.period_sequence = s.sequence AND e.entity_id = t.entity_id
             ORDER BY e.entry_number
             LIMIT 1) AS first_entry,
           (SELECT e.entry_number
              FROM journal_entry AS e
             WHERE e.program = $1 AND e.period_sequence = s.sequence AND e.entity_id = t.entity_id
             ORDER BY e.entry_number DESC
             LIMIT 1) AS last_entry
 ) AS ends
