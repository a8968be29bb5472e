-- Notes that a request is about a correction; the fingerprint it was used with first.
-- $1 request key, $2 fingerprint, $3 program, $4 correction id
INSERT INTO correction_request AS r (key, fingerprint, program, correction_id)
VALUES ($1, $2, $3, $4)
ON CONFLICT (key) DO UPDATE SET key = excluded.key
RETURNING r.fingerprint
