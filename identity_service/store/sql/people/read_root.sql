-- What a member's own row says of it.
-- $1 smallint: bucket. $2 text: program. $3 text: member.
SELECT enroll_time, home_location_id, erase_time
FROM member
WHERE bucket = $1 AND program_id = $2 AND member_id = $3
