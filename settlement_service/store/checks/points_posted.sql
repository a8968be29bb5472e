-- I3: Every movement that changes remaining + held posts exactly that in its issuer's books, above and below zero apart;
-- no other entry posts points. Movements from before the journal had points post none.
-- $1 program.
  WITH posted AS (
    SELECT home_member_id, movement_sequence, count(DISTINCT entry_number) AS entries, min(entity_id) AS entity_id,
           coalesce(sum(amount) FILTER (WHERE account = 'points_outstanding'), 0) AS outstanding,
           coalesce(sum(amount) FILTER (WHERE account = 'points_owed'), 0) AS owed,
           coalesce(sum(amount) FILTER (WHERE account NOT IN ('points_outstanding', 'points_owed')), 0) AS contra,
           coalesce(string_agg(DISTINCT account, ' ')
                        FILTER (WHERE account NOT IN ('points_outstanding', 'points_owed')), '') AS contra_account
      FROM point_posting
     WHERE program = $1
     GROUP BY home_member_id, movement_sequence
  ), moved AS (
    SELECT home_member_id, sequence, issuer_entity_id, outstanding, debt,
           CASE WHEN kind LIKE 'TRANSFERRED_%' THEN 'points_transferred' ELSE 'points_' || lower(kind) END AS contra
      FROM counted_movement
     WHERE program = $1 AND outstanding <> 0 AND earn_time IS NOT NULL
  ), fact AS (
    SELECT format('movement %s of home %s changes outstanding points by %s and debt by %s, and posts %s, %s',
                  coalesce(m.sequence, p.movement_sequence), coalesce(m.home_member_id, p.home_member_id),
                  m.outstanding, m.debt, p.outstanding, p.owed) AS finding,
           coalesce(p.entries = 1 AND p.entity_id = m.issuer_entity_id AND p.outstanding = -(m.outstanding + m.debt)
                    AND p.owed = m.debt AND p.contra = m.outstanding AND p.contra_account = m.contra, false) AS holds
      FROM moved AS m
      FULL JOIN posted AS p ON p.home_member_id = m.home_member_id AND p.movement_sequence = m.sequence
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT f.holds) AS violations,
       (array_agg(f.finding ORDER BY f.finding) FILTER (WHERE NOT f.holds))[:20] AS findings
  FROM fact AS f
