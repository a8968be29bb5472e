-- Members to look at.
-- $1 smallint[]: buckets. $2 text[]: programs. $3 text[]: members.
INSERT INTO duplicate_due (bucket, program_id, member_id)
SELECT asked.bucket, asked.program_id, asked.member_id
FROM unnest($1::smallint[], $2::text[], $3::text[]) AS asked (bucket, program_id, member_id)
