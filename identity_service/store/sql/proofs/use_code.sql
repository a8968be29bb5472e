-- Uses a code up; no row comes back if it was used, or replaced, meanwhile.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: purpose. $5 bytea: its salt.
UPDATE one_time_code
SET used = true
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND purpose = $4 AND salt = $5 AND NOT used
RETURNING purpose
