-- Lets a link prove from now on; no row comes back if it did already.
-- $1 smallint: bucket. $2 text: program. $3 text: member, locked. $4 bytea: fingerprint.
UPDATE identifier_value
SET settled = true
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND fingerprint = $4 AND end_ordinal IS NULL AND NOT settled
RETURNING ordinal
