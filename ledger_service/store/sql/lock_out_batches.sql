-- Waits for batches that hold cuts off, and for another cut; the number is this lock's own.
SELECT pg_advisory_xact_lock(4804001)
