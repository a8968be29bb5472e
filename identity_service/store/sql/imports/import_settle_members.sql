-- The members of lines are like any other from now on, and looked at for duplicates: before, nobody could see them.
-- $1 text: program. $2 text: import. $3 smallint[]: buckets. $4 text[]: members.
WITH settled AS (
    UPDATE member
    SET import_id = NULL
    FROM unnest($3::smallint[], $4::text[]) AS asked (bucket, member_id)
    WHERE member.bucket = asked.bucket AND member.program_id = $1 AND member.member_id = asked.member_id
        AND member.import_id = $2
    RETURNING member.bucket, member.program_id, member.member_id
)
INSERT INTO duplicate_due (bucket, program_id, member_id)
SELECT bucket, program_id, member_id
FROM settled
