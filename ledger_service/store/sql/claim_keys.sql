-- Claims request ids, and the directory entries of those that are ours, each in one order. What comes back is ours;
-- the others were used before.
-- $1 request keys, $2 fingerprints; of commands with entries: $3 request keys, $4 entries, $5 fingerprints,
-- $6 programs, $7 homes, $8 states
WITH requests AS (
    INSERT INTO request_key (key, fingerprint)
    SELECT key, fingerprint
    FROM unnest($1::bytea[], $2::bytea[]) AS row (key, fingerprint)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
    RETURNING key
), documents AS (
    INSERT INTO document_key (key, fingerprint, program, home, state)
    SELECT row.key, row.fingerprint, row.program, row.home, row.state
    FROM unnest($3::bytea[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::text[])
        AS row (request, key, fingerprint, program, home, state)
    JOIN requests ON requests.key = row.request
    ORDER BY row.key
    ON CONFLICT (key) DO NOTHING
    RETURNING key
)
SELECT key FROM requests
UNION ALL
SELECT key FROM documents
