-- What an intent of this name was and led to.
-- $1 bytea: key hash.
SELECT intent, member_id, created, identifier_count, profile, number
FROM request_key
WHERE key_hash = $1
