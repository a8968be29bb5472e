-- Gives all lanes up at once, so that a successor need not wait for the lease to run out.
-- $1 owner
UPDATE head SET lease_until = '-infinity', owner = '' WHERE owner = $1
