-- Takes lanes whose lease has run out; a new owner begins a new epoch. One that somebody is writing to at this moment
-- is left for the next time.
-- $1 owner, $2 lease in seconds, $3 how many at most
WITH free AS MATERIALIZED (
    SELECT partition FROM head WHERE lease_until < clock_timestamp() ORDER BY partition LIMIT $3 FOR UPDATE SKIP LOCKED
)
UPDATE head
SET epoch = head.epoch + 1,
    owner = $1,
    lease_until = clock_timestamp() + make_interval(secs => $2)
FROM free
WHERE head.partition = free.partition
RETURNING head.partition, head.epoch, head.position, head.hash
