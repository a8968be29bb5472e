-- Takes a key back; no row comes back if there is none that still signs.
-- $1 text: program. $2 text: key. $3 timestamptz: now.
UPDATE app_key
SET revoke_time = $3
WHERE program_id = $1 AND key_id = $2 AND revoke_time IS NULL
RETURNING key_id
