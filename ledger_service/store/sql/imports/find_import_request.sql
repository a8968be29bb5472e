-- What a request id was used for.
-- $1 bytea: key.
SELECT fingerprint
FROM balance_import_request
WHERE key = $1
