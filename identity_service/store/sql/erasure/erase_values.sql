-- Forgets what the identifiers of some members read.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
DELETE FROM identifier_value AS kept
USING unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
WHERE kept.bucket = asked.bucket AND kept.program_id = $2 AND kept.member_id = asked.member_id
