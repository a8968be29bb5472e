-- I5: Every home's movements are booked once and without a gap, no event is parked, and every entry has its movement or its voucher.
-- $1 program.
  WITH fact AS (
    SELECT format('home %s has %s movements up to number %s', home_member_id, count(*), max(sequence)) AS finding,
           count(*) = max(sequence) AS holds
      FROM booked_movement
     WHERE program = $1
     GROUP BY home_member_id
     UNION ALL
    SELECT format('event %s/%s is parked: %s', partition, position, reason), false
      FROM parked_event
     WHERE program = $1 AND resolve_time IS NULL
     UNION ALL
    SELECT format('entry %s has no movement and no voucher', e.entry_number),
           m.program IS NOT NULL OR u.program IS NOT NULL
      FROM journal_entry AS e
      LEFT JOIN booked_movement AS m
        ON m.program = e.program AND m.home_member_id = e.home_member_id AND m.sequence = e.movement_sequence
      LEFT JOIN voucher AS u ON u.program = e.program AND u.voucher_id = e.voucher_id AND e.voucher_id <> ''
     WHERE e.program = $1
     UNION ALL
    SELECT format('movement %s of home %s has no event in the books at or before the cursor', m.sequence,
                  m.home_member_id), v.program IS NOT NULL
      FROM booked_movement AS m
      LEFT JOIN booked_event AS v
        ON v.partition = m.partition AND v.position = m.position AND v.program = m.program
       AND v.position <= (SELECT c.position FROM log_cursor AS c WHERE c.partition = v.partition)
     WHERE m.program = $1
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT f.holds) AS violations,
       (array_agg(f.finding ORDER BY f.finding) FILTER (WHERE NOT f.holds))[:20] AS findings
  FROM fact AS f
