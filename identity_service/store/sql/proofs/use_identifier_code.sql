-- Uses the code of an identifier up; no row comes back if it was used, or replaced, meanwhile.
-- $1 bytea: fingerprint. $2 bytea: its salt.
UPDATE identifier_code
SET used = true, failures = 0, next_time = to_timestamp(0)
WHERE fingerprint = $1 AND salt = $2 AND NOT used
RETURNING used
