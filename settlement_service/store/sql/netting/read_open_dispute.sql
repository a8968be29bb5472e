-- The open dispute of a line. $1 program, $2 line.
SELECT dispute_id FROM dispute WHERE program = $1 AND line_id = $2 AND close_time IS NULL
