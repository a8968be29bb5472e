-- Where the barriers of a period lie. $1 program, $2 period.
SELECT partition, position
  FROM period_cut
 WHERE program = $1 AND sequence = $2
 ORDER BY partition
