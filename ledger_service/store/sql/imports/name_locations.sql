-- Keeps which locations are an existing program's own.
-- $1 text: program. $2 text: existing program. $3 text[]: locations.
UPDATE pooling SET locations = $3 WHERE program = $1 AND source = $2
