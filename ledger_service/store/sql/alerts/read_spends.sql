-- The next spends of a partition. $1 partition, $2 after position, $3 up to position, $4 types, $5 at most
SELECT position, payload
FROM event
WHERE partition = $1 AND position > $2 AND position <= $3 AND type = ANY ($4::text[])
ORDER BY position
LIMIT $5
