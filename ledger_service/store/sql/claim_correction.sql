-- Notes that a request is about a correction, and that its id is taken for commands too; the fingerprints it was used
-- with first in either directory.
-- $1 request key, $2 fingerprint, $3 program, $4 correction id
WITH used AS (
    INSERT INTO request_key AS k (key, fingerprint)
    VALUES ($1::bytea, $2::bytea)
    ON CONFLICT (key) DO UPDATE SET key = excluded.key
    RETURNING k.fingerprint
), noted AS (
    INSERT INTO correction_request AS r (key, fingerprint, program, correction_id)
    SELECT $1, $2, $3, $4
    FROM used
    WHERE used.fingerprint = $2
    ON CONFLICT (key) DO UPDATE SET key = excluded.key
    RETURNING r.fingerprint
)
SELECT used.fingerprint
FROM used
JOIN noted ON noted.fingerprint = used.fingerprint
