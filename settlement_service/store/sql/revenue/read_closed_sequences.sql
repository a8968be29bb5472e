-- Which periods are closed. $1 program.
SELECT sequence FROM closed_period WHERE program = $1 AND sequence IS NOT NULL
