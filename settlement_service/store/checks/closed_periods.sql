-- I6: Every closed period still has the figures it was closed with: as they were stored, and summed from what was booked.
-- $1 program.
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT (p.stored AND p.booked)) AS violations,
       (array_agg(format('period %s was closed with other figures than %s', p.period,
                         CASE WHEN p.stored THEN 'its journal and movements give' ELSE 'are stored for it' END)
                  ORDER BY p.sequence) FILTER (WHERE NOT (p.stored AND p.booked)))[:20] AS findings
  FROM (
    SELECT period, sequence,
           figures_hash = figures_hash(program, sequence) AS stored,
           figures_hash = recomputed_figures_hash(program, sequence) AS booked
      FROM closed_period
     WHERE program = $1
  ) AS p
