-- A process leaves, and takes those with it that ended without a word an hour ago.
-- $1 name
DELETE FROM process WHERE name = $1 OR alive_until < clock_timestamp() - interval '1 hour'
