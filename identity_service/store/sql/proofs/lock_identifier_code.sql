-- The newest code to verify an identifier, locked.
-- $1 bytea: fingerprint.
SELECT salt, request_hash, tries, expire_time, used, failures, next_time
FROM identifier_code
WHERE fingerprint = $1
FOR NO KEY UPDATE
