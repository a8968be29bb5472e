-- I6: Every closed period still has the figures it was closed with: their hash, recomputed up to the cut, is the same.
-- $1 program.
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT p.holds) AS violations,
       (array_agg(format('period %s no longer has the figures it was closed with', p.period) ORDER BY p.period)
           FILTER (WHERE NOT p.holds))[:20] AS findings
  FROM (
    SELECT period, figures_hash = figures_hash(program, cut_positions) AS holds
      FROM closed_period
     WHERE program = $1
  ) AS p
