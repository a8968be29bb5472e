-- An existing program that is named for the first time is local.
-- $1 text: program. $2 text: existing program.
INSERT INTO pooling (program, source, state, number)
VALUES ($1, $2, 'local', 0)
ON CONFLICT (program, source) DO NOTHING
