-- The next events of a partition.
-- $1 partition, $2 after position, $3 up to position, $4 programs or null for all, $5 at most
SELECT position, payload, hash
FROM event
WHERE partition = $1 AND position > $2 AND position <= $3 AND ($4::text[] IS NULL OR program = ANY ($4))
ORDER BY position
LIMIT $5
