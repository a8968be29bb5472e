-- One more attempt at the code of an identifier.
-- $1 bytea: fingerprint. $2 integer: attempts at this code. $3 integer: attempts in a row. $4 timestamptz: when the next
-- is allowed.
UPDATE identifier_code
SET tries = $2, failures = $3, next_time = $4
WHERE fingerprint = $1
