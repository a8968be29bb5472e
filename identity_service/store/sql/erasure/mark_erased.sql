-- Marks members that are locked as erased.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members. $4 timestamptz: now.
UPDATE member
SET erase_time = $4
FROM unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
WHERE member.bucket = asked.bucket
    AND member.program_id = $2
    AND member.member_id = asked.member_id
    AND member.erase_time IS NULL
