-- Members to look at that no other transaction looks at, the oldest first.
-- $1 boolean: whose near forms are written. $2 integer: at most so many.
SELECT due_id, bucket, program_id, member_id
FROM duplicate_due
WHERE keyed = $1
ORDER BY due_id
LIMIT $2
FOR UPDATE SKIP LOCKED
