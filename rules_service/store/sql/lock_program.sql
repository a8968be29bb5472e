-- Lets one transaction at a time change a program, also one that does not exist yet.
-- $1 program_id
SELECT pg_advisory_xact_lock(hashtextextended('rules:' || $1, 0))
