-- What a request id was used for.
-- $1 bytea: key hash.
SELECT intent
FROM member_import_request
WHERE key_hash = $1
