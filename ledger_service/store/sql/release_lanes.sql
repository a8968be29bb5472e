-- Gives all lanes up at once, locked in order, so that a successor need not wait for the lease to run out.
-- $1 owner
WITH mine AS MATERIALIZED (
    SELECT partition FROM head WHERE owner = $1 ORDER BY partition FOR UPDATE
)
UPDATE head
SET lease_until = '-infinity', owner = ''
FROM mine
WHERE head.partition = mine.partition
