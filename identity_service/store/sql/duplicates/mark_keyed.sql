-- The near forms of these members are written.
-- $1 bigint[]: rows of the queue.
UPDATE duplicate_due
SET keyed = true
WHERE due_id = ANY($1::bigint[])
