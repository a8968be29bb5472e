-- The period that is open. $1 program.
SELECT coalesce(max(sequence), 0) + 1 AS sequence FROM period_cut WHERE program = $1
