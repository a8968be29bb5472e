-- Prolongs the leases of the lanes that are a process's own, locked in order; the epochs go on.
-- $1 owner, $2 lease in seconds
WITH mine AS MATERIALIZED (
    SELECT partition FROM head WHERE owner = $1 ORDER BY partition FOR UPDATE
)
UPDATE head
SET lease_until = clock_timestamp() + make_interval(secs => $2)
FROM mine
WHERE head.partition = mine.partition
RETURNING head.partition, head.epoch, head.position, head.hash
