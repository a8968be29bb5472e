-- Claims request ids in one order; those that come back are ours, the others were used before.
-- $1 keys, $2 fingerprints
INSERT INTO request_key (key, fingerprint)
SELECT key, fingerprint
FROM unnest($1::bytea[], $2::bytea[]) AS row (key, fingerprint)
ORDER BY key
ON CONFLICT (key) DO NOTHING
RETURNING key
