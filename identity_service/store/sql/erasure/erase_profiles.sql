-- Forgets the profiles of some members.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
DELETE FROM member_profile AS kept
USING unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
WHERE kept.bucket = asked.bucket AND kept.program_id = $2 AND kept.member_id = asked.member_id
