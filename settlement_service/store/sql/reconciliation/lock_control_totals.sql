-- Lets one submission for a till, place and day go at a time, until the transaction ends. $1 program, $2 what for.
SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 5))
