-- Holds an existing program as it is until the transaction ends: whoever is about to let it leave is waited for.
-- $1 text: program. $2 text: existing program.
SELECT state
FROM pooling
WHERE program = $1 AND source = $2
FOR SHARE
