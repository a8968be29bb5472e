-- The names of the periods that have been cut. $1 program, $2 first number, $3 last number.
SELECT DISTINCT sequence, period
  FROM period_cut
 WHERE program = $1 AND sequence BETWEEN $2 AND $3
 ORDER BY sequence
