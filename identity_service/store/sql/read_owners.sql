-- To whom identifiers point.
-- $1 bytea[]: fingerprints.
SELECT DISTINCT member_id
FROM identifier
WHERE fingerprint = ANY($1::bytea[])
