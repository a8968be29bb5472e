-- These members were looked at.
-- $1 bigint[]: rows of the queue.
DELETE FROM duplicate_due
WHERE due_id = ANY($1::bigint[])
