-- The last statement of a batch: fails (no row) if another process took the lane or wrote to it.
-- $1 partition, $2 epoch, $3 from, $4 to, $5 hash of the last event
UPDATE head SET position = $4, hash = $5
WHERE partition = $1 AND epoch = $2 AND position = $3
RETURNING position
