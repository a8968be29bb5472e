-- Links a root under another root; both are locked.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: the survivor's bucket. $5 text: the survivor.
-- $6 timestamptz: now.
INSERT INTO member_link (bucket, program_id, member_id, survivor_bucket, survivor_member_id, link_time)
VALUES ($1, $2, $3, $4, $5, $6)
