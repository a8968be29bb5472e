-- Keeps identifiers pointing to whom they point until the transaction ends; returns those that point to somebody.
-- Sorted, so that rows are locked in the order in which they are claimed.
-- $1 bytea[]: fingerprints.
SELECT fingerprint
FROM identifier
WHERE fingerprint = ANY($1::bytea[])
ORDER BY fingerprint
FOR SHARE
