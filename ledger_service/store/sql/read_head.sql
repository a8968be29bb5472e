-- Where an owned lane stands; no row if it is no longer ours.
-- $1 partition, $2 epoch
SELECT position, hash FROM head WHERE partition = $1 AND epoch = $2
