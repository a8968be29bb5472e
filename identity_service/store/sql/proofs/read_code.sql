-- The newest code of a member for a purpose.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: purpose.
SELECT salt, request_hash, expire_time
FROM one_time_code
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND purpose = $4
