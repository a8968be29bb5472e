-- Waits for the transactions of imports, and makes the next ones wait: what they stage is looked through once.
SELECT pg_advisory_xact_lock(4804003)
