-- Takes members out of every near form.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
DELETE FROM duplicate_key
USING unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
WHERE duplicate_key.bucket = asked.bucket
    AND duplicate_key.program_id = $2
    AND duplicate_key.member_id = asked.member_id
