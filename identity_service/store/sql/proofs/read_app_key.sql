-- A key that an app may sign with.
-- $1 text: program. $2 text: key.
SELECT public_key, installation
FROM app_key
WHERE program_id = $1 AND key_id = $2 AND revoke_time IS NULL
