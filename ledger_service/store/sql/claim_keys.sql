-- Claims request ids, and all that those which are ours name in the directory of documents, each in one order: two
-- lanes may name the same entries, and would wait for each other in a ring if some were locked later than others.
-- What comes back is ours: an id or a document that is new, a sale that was awaited and comes now (`awaiting`: what
-- waited for it), a sale that has not come and may be awaited. The others were used before, or have come; they are only
-- locked.
-- $1 request keys, $2 fingerprints; of what the commands claim and await: $3 request keys, $4 entries, $5 fingerprints,
-- $6 programs, $7 homes, $8 states; of the sales that they only lock: $9 request keys, $10 entries
WITH requests AS (
    INSERT INTO request_key (key, fingerprint)
    SELECT key, fingerprint
    FROM unnest($1::bytea[], $2::bytea[]) AS row (key, fingerprint)
    ORDER BY key
    ON CONFLICT (key) DO NOTHING
    RETURNING key
), named AS (
    SELECT row.key, row.fingerprint, row.program, row.home, row.state
    FROM unnest($3::bytea[], $4::bytea[], $5::bytea[], $6::text[], $7::text[], $8::text[])
        AS row (request, key, fingerprint, program, home, state)
    JOIN requests ON requests.key = row.request
    UNION ALL
    -- A sale that has come stays, so it is never these rows that are inserted.
    SELECT d.key, d.fingerprint, d.program, d.home, d.state
    FROM unnest($9::bytea[], $10::bytea[]) AS lock (request, key)
    JOIN requests ON requests.key = lock.request
    CROSS JOIN LATERAL (
        SELECT e.key, e.fingerprint, e.program, e.home, e.state
        FROM document_key AS e
        WHERE e.key = lock.key AND e.state = 'POSTED'
        OFFSET 0
    ) AS d
), documents AS (
    INSERT INTO document_key AS d (key, fingerprint, program, home, state)
    SELECT key, fingerprint, program, home, state
    FROM named
    ORDER BY key
    ON CONFLICT (key) DO UPDATE
    SET
        state = excluded.state, fingerprint = excluded.fingerprint,
        home = CASE WHEN excluded.state = 'AWAITED' THEN d.home ELSE excluded.home END
    WHERE d.state = 'AWAITED' AND excluded.state <> 'VOIDED'
    RETURNING d.key, d.state, d.awaiting
)
SELECT key, 'REQUEST' AS state, '{}'::text[] AS awaiting FROM requests
UNION ALL
SELECT key, state, awaiting FROM documents
