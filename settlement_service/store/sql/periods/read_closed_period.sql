-- The number of a period that is closed. $1 program, $2 period.
SELECT sequence FROM closed_period WHERE program = $1 AND period = $2
