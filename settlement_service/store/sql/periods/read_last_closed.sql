-- The number of the last closed period, 0 if there is none. $1 program.
SELECT coalesce(max(sequence), 0) FROM closed_period WHERE program = $1
