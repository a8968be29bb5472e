-- Keeps what a request id was used for; an earlier use stays.
-- $1 bytea: key hash. $2 bytea: fingerprint of the intent.
INSERT INTO member_import_request (key_hash, intent)
VALUES ($1, $2)
ON CONFLICT (key_hash) DO NOTHING
