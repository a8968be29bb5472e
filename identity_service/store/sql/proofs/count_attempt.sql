-- One more attempt.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: method. $5 integer: attempts in all.
-- $6 timestamptz: when the next is allowed.
UPDATE proof_attempts
SET failures = $5, next_time = $6
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND method = $4
