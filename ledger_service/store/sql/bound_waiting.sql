-- How long statements of this transaction wait for a lock.
-- $1 milliseconds, as text
SELECT set_config('lock_timeout', $1, true)
