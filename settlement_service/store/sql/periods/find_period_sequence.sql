-- The place of a period among those of its program, by its name. $1 program, $2 period.
SELECT DISTINCT sequence FROM period_cut WHERE program = $1 AND period = $2
