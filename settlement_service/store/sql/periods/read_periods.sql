-- Periods that were cut, with their sign-off where there is one; $2: of this name only, empty: all. $1 program.
SELECT c.sequence, c.period, c.partitions, c.positions, c.cut_time,
       (SELECT count(*) FROM log_cursor AS l WHERE l.partition <> ALL (c.partitions))::integer AS missing_barriers,
       p.figures_hash, p.signed_name, p.caller, p.note, p.close_time, p.checklist
  FROM (
    SELECT program, sequence, period, array_agg(partition ORDER BY partition) AS partitions,
           array_agg(position ORDER BY partition) AS positions, max(cut_time) AS cut_time
      FROM period_cut
     WHERE program = $1 AND ($2::text = '' OR period = $2)
     GROUP BY program, sequence, period
  ) AS c
  LEFT JOIN closed_period AS p ON p.program = c.program AND p.sequence = c.sequence
 ORDER BY c.sequence
