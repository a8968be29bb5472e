-- What became of request ids, with the stored answers.
-- $1 keys
SELECT r.key, r.fingerprint, r.refusal, e.type, e.answer
FROM request_key AS r
LEFT JOIN event AS e ON e.partition = r.partition AND e.position = r.position
WHERE r.key = ANY($1::bytea[])
