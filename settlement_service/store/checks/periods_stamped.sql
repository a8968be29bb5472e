-- I6: Every event, movement and entry belongs to the period whose barrier comes first at or after it in its partition;
-- barriers are whole: numbered without a gap, of one month in all partitions, each an event of the log.
-- $1 program.
  WITH event AS (
    SELECT v.partition, v.position, v.event_type, v.subject_id, v.period_sequence,
           1 + count(*) FILTER (WHERE v.event_type = 'PERIOD_CUT') OVER before AS expected
      FROM booked_event AS v
     WHERE v.program = $1
    WINDOW before AS (PARTITION BY v.partition ORDER BY v.position
                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
  ), fact AS (
    SELECT format('event %s/%s stands in period %s, its barriers say %s', partition, position, period_sequence, expected)
               AS finding,
           period_sequence = expected AS holds
      FROM event
     UNION ALL
    SELECT format('barrier %s of partition %s at %s is no event of the log, or of another month', c.sequence,
                  c.partition, c.position),
           e.position IS NOT NULL AND c.sequence IS NOT NULL
      FROM (SELECT sequence, partition, position, period FROM period_cut WHERE program = $1) AS c
      FULL JOIN (
        SELECT partition, position, expected, subject_id FROM event WHERE event_type = 'PERIOD_CUT'
      ) AS e
        ON e.partition = c.partition AND e.position = c.position AND e.expected = c.sequence AND e.subject_id = c.period
     UNION ALL
    SELECT format('period %s is called %s in different partitions', sequence, array_agg(DISTINCT period)),
           count(DISTINCT period) = 1
      FROM period_cut
     WHERE program = $1
     GROUP BY sequence
     UNION ALL
    SELECT format('movement %s of home %s is not in the period of its event', m.sequence, m.home_member_id),
           m.period_sequence = v.period_sequence
      FROM booked_movement AS m
      JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
     WHERE m.program = $1
     UNION ALL
    SELECT format('entry %s is not in the period of what it stands on', j.entry_number),
           j.period_sequence IS NOT DISTINCT FROM coalesce(m.period_sequence, u.period_sequence)
      FROM journal_entry AS j
      LEFT JOIN booked_movement AS m
        ON m.program = j.program AND m.home_member_id = j.home_member_id AND m.sequence = j.movement_sequence
      LEFT JOIN voucher AS u ON u.program = j.program AND u.voucher_id = j.voucher_id AND j.voucher_id <> ''
     WHERE j.program = $1
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT f.holds) AS violations,
       (array_agg(f.finding ORDER BY f.finding) FILTER (WHERE NOT f.holds))[:20] AS findings
  FROM fact AS f
