-- Gives a lane to another process that lives, under a new epoch; no row if it does not live or the lane is not ours.
-- $1 partition, $2 epoch, $3 owner, $4 new owner, $5 lease in seconds
UPDATE head
SET epoch = head.epoch + 1,
    owner = process.name,
    lease_until = clock_timestamp() + make_interval(secs => $5)
FROM process
WHERE head.partition = $1
  AND head.epoch = $2
  AND head.owner = $3
  AND process.name = $4
  AND process.alive_until > clock_timestamp()
RETURNING head.epoch
