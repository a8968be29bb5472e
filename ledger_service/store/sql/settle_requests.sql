-- What became of claimed requests: a place in the log, or a refusal to be given again.
-- $1 keys, $2 partitions, $3 positions, $4 refusals
UPDATE request_key AS r
SET partition = row.partition, position = row.position, refusal = row.refusal
FROM unnest($1::bytea[], $2::smallint[], $3::bigint[], $4::bytea[]) AS row (key, partition, position, refusal)
WHERE r.key = row.key
