-- Moves the imports of an existing program on.
-- $1 text: program. $2 text: existing program. $3 text: state before. $4 text: state after.
UPDATE balance_import SET state = $4 WHERE program = $1 AND source = $2 AND state = $3
