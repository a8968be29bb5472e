-- The members that lines make, not visible before the switch. A line may join the member of an earlier one.
-- $1 text: program. $2 text: import. $3 smallint[]: buckets. $4 text[]: members. $5 integer[]: lines.
INSERT INTO member (bucket, program_id, member_id, enroll_time, home_location_id, import_id)
SELECT
    line.bucket, $1, line.member_id, (staged.content->>'join_time')::timestamptz,
    staged.content->>'home_location_id', $2
FROM unnest($3::smallint[], $4::text[], $5::integer[]) AS line (bucket, member_id, number)
JOIN member_import_content AS staged
    ON staged.program_id = $1 AND staged.import_id = $2 AND staged.line_number = line.number
ORDER BY line.bucket, line.member_id
ON CONFLICT (bucket, program_id, member_id) DO NOTHING
