-- The member was right, or has something new to be right about: the next attempt is the first.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: method.
UPDATE proof_attempts
SET failures = 0, next_time = to_timestamp(0)
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND method = $4
