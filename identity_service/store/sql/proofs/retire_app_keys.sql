-- Takes an installation's other keys back.
-- $1 text: program. $2 bytea: fingerprint of the installation. $3 text: the key that stays. $4 timestamptz: now.
UPDATE app_key
SET revoke_time = $4
WHERE program_id = $1 AND installation = $2 AND key_id <> $3 AND revoke_time IS NULL
