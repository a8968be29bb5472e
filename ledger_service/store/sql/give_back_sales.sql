-- Sales that were taken over and then refused are awaited as before.
-- $1 keys
UPDATE document_key AS d
SET state = 'AWAITED', fingerprint = ''::bytea
WHERE d.key = ANY ($1::bytea[])
