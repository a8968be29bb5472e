-- Takes every lane whose lease has run out or is ours already; a new owner begins a new epoch.
-- $1 owner, $2 lease in seconds
UPDATE head
SET epoch = CASE WHEN owner = $1 THEN epoch ELSE epoch + 1 END,
    owner = $1,
    lease_until = clock_timestamp() + make_interval(secs => $2)
WHERE owner = $1 OR lease_until < clock_timestamp()
RETURNING partition, epoch, position, hash
