-- Lets this transaction see what imports have made and not switched on. While a person is erased it waits: the number is
-- that of the lock in hold_imports.sql.
SELECT set_config('loyalty.importing', 'on', true), pg_advisory_xact_lock_shared(4804003)
