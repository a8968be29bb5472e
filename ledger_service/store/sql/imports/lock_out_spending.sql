-- Waits for batches that spend points within programs that others joined, and holds off more; the number is that of
-- the function `sources_of`.
SELECT pg_advisory_xact_lock(4804002)
