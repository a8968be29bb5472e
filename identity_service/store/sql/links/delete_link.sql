-- Removes a member's link and tells where it led. The member and its root are locked.
-- $1 smallint: bucket. $2 text: program. $3 text: member.
DELETE FROM member_link
WHERE bucket = $1 AND program_id = $2 AND member_id = $3
RETURNING survivor_member_id
