-- Notes that returns wait for sales which have not come; their entries are ours.
-- $1 keys, $2 what waits, as home/return id
UPDATE document_key AS d
SET awaiting = d.awaiting || row.waits
FROM unnest($1::bytea[], $2::text[]) AS row (key, waits)
WHERE d.key = row.key
