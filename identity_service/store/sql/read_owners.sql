-- To whom identifiers point, one row each.
-- $1 bytea[]: fingerprints, each once.
SELECT fingerprint, member_id
FROM identifier
WHERE fingerprint = ANY($1::bytea[])
