-- Until the transaction ends no period is cut (`lock_out_batches` waits for it). Shared among batches; the number is
-- this lock's own.
SELECT pg_advisory_xact_lock_shared(4804001)
