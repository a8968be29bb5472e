-- A new member.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 timestamptz: now. $5 text: home location or ''.
INSERT INTO member (bucket, program_id, member_id, enroll_time, home_location_id)
VALUES ($1, $2, $3, $4, $5)
