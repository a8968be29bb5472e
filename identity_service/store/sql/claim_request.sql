-- Takes the name of an intent; no row comes back if it was used before. Waits for a call that is using it now.
-- $1 bytea: key hash. $2 text: program. $3 bytea: fingerprint of the intent. $4 timestamptz: now.
INSERT INTO request_key (key_hash, program_id, intent, claim_time)
VALUES ($1, $2, $3, $4)
ON CONFLICT (key_hash) DO NOTHING
RETURNING key_hash
