-- Claims documents in one order; those that come back are ours, the others were posted before.
-- $1 keys, $2 fingerprints, $3 programs, $4 homes
INSERT INTO document_key (key, fingerprint, program, home)
SELECT key, fingerprint, program, home
FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::text[]) AS row (key, fingerprint, program, home)
ORDER BY key
ON CONFLICT (key) DO NOTHING
RETURNING key
