-- The next events of a partition as they were hashed.
-- $1 partition, $2 after position, $3 at most
SELECT position, program, payload, answer, hash
FROM event
WHERE partition = $1 AND position > $2
ORDER BY position
LIMIT $3
