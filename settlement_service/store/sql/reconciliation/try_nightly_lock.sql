-- Takes the right to run the nightly round, of this session, if nobody else has it.
SELECT pg_try_advisory_lock(5205202610)
