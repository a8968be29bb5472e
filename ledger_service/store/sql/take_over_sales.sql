-- Sales that come at last: their entries were left as awaited, and are theirs now. `awaiting`: what waits for them.
-- $1 keys, $2 fingerprints, $3 homes
WITH awaited AS (
    SELECT d.key
    FROM document_key AS d
    WHERE d.key = ANY ($1::bytea[]) AND d.state = 'AWAITED'
    ORDER BY d.key
    FOR UPDATE
)
UPDATE document_key AS d
SET state = 'POSTED', fingerprint = row.fingerprint, home = row.home
FROM unnest($1::bytea[], $2::bytea[], $3::text[]) AS row (key, fingerprint, home)
JOIN awaited ON awaited.key = row.key
WHERE d.key = row.key
RETURNING d.key, d.awaiting
