-- Keeps what a request id was used for, and tells what it was first used for.
-- $1 bytea: key. $2 bytea: fingerprint.
INSERT INTO balance_import_request AS kept (key, fingerprint)
VALUES ($1, $2)
ON CONFLICT (key) DO UPDATE SET key = kept.key
RETURNING fingerprint
