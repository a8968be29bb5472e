-- Tells every instance, when the transaction commits, that a program has a new live revision.
-- $1 program_id
SELECT pg_notify('program_published', $1)
