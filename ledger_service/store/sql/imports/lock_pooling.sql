-- An existing program, locked: its changes and comparisons wait for each other.
-- $1 text: program. $2 text: existing program.
SELECT state, number, last_item, accepted_item, accepted_by, locations
FROM pooling
WHERE program = $1 AND source = $2
FOR NO KEY UPDATE
