-- Takes identifiers for a change of whom they point to; returns those that point to somebody. Sorted, as claims are.
-- $1 bytea[]: fingerprints.
SELECT fingerprint, member_id
FROM identifier
WHERE fingerprint = ANY($1::bytea[])
ORDER BY fingerprint
FOR UPDATE
