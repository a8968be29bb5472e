-- Gives the right to run the nightly round back.
SELECT pg_advisory_unlock(5205202610)
