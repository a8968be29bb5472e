-- An existing program as it stands.
-- $1 text: program. $2 text: existing program.
SELECT state, number, last_item, accepted_item, accepted_by, locations
FROM pooling
WHERE program = $1 AND source = $2
