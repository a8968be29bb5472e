-- Lets an identifier that was taken point to nobody.
-- $1 bytea: fingerprint.
DELETE FROM identifier
WHERE fingerprint = $1
