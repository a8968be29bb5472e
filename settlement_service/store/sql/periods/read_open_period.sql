-- The number of the open period: the first without a barrier. $1 program.
SELECT coalesce(max(sequence), 0) + 1
  FROM period_cut
 WHERE program = $1
