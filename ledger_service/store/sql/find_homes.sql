-- Under which homes sales lie that have come.
-- $1 keys
SELECT d.key, d.home
FROM document_key AS d
WHERE d.key = ANY ($1::bytea[]) AND d.state = 'POSTED'
