-- Makes changes of one member wait for each other; no row comes back if there is no such member.
-- $1 smallint: bucket. $2 text: program. $3 text: member.
SELECT erase_time
FROM member
WHERE bucket = $1 AND program_id = $2 AND member_id = $3
FOR NO KEY UPDATE
