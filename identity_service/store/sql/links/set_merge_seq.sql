-- The count of merges of two members that are locked.
-- $1 smallint[]: buckets. $2 text[]: programs. $3 text[]: members. $4 bigint: the count.
UPDATE member
SET merge_seq = $4
FROM unnest($1::smallint[], $2::text[], $3::text[]) AS asked (bucket, program_id, member_id)
WHERE member.bucket = asked.bucket AND member.program_id = asked.program_id AND member.member_id = asked.member_id
