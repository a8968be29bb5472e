-- Makes other changes of the members that lines make or join wait.
-- $1 text: program. $2 smallint[]: buckets. $3 text[]: members.
SELECT member.member_id
FROM member
WHERE (member.bucket, member.program_id, member.member_id) IN (
    SELECT asked.bucket, $1, asked.member_id FROM unnest($2::smallint[], $3::text[]) AS asked (bucket, member_id)
)
ORDER BY member.bucket, member.program_id, member.member_id
FOR NO KEY UPDATE
