-- Locks directory entries of sales, in one order, and reads whose they are.
-- $1 keys
SELECT d.key, d.home
FROM document_key AS d
WHERE d.key = ANY ($1::bytea[])
ORDER BY d.key
FOR UPDATE
