-- The member that an identifier points to; no row comes back if it points to nobody.
-- $1 bytea: fingerprint.
SELECT member_id
FROM identifier
WHERE fingerprint = $1
