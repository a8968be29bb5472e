-- The attempts since the last that was right, locked.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: method.
SELECT failures, next_time
FROM proof_attempts
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND method = $4
FOR NO KEY UPDATE
