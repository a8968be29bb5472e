-- Those of some members who were erased.
-- $1 smallint[]: buckets. $2 text[]: programs. $3 text[]: members.
SELECT member.member_id
FROM unnest($1::smallint[], $2::text[], $3::text[]) AS asked (bucket, program_id, member_id)
JOIN member
    ON member.bucket = asked.bucket
    AND member.program_id = asked.program_id
    AND member.member_id = asked.member_id
WHERE member.erase_time IS NOT NULL
