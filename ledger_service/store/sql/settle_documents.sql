-- Where claimed documents came to lie in the log.
-- $1 keys, $2 partitions, $3 positions
UPDATE document_key AS d
SET partition = row.partition, position = row.position
FROM unnest($1::bytea[], $2::smallint[], $3::bigint[]) AS row (key, partition, position)
WHERE d.key = row.key
