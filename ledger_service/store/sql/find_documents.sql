-- Directory entries of documents, with the stored answers.
-- $1 keys
SELECT d.key, d.fingerprint, d.state, d.program, d.home, d.partition, d.position, e.type, e.answer
FROM document_key AS d
LEFT JOIN event AS e ON e.partition = d.partition AND e.position = d.position
WHERE d.key = ANY($1::bytea[]) AND d.state <> 'AWAITED'
