-- The first profile of members that lines have made; who has one keeps it.
-- $1 text: program. $2 text: import. $3 timestamptz: now. $4 text: caller. $5 text: request id. $6 smallint[]: buckets.
-- $7 text[]: members. $8 integer[]: the lines that made them.
WITH made AS (
    UPDATE member
    SET profile = 1
    FROM unnest($6::smallint[], $7::text[], $8::integer[]) AS line (bucket, member_id, number)
    JOIN member_import_content AS staged
        ON staged.program_id = $1 AND staged.import_id = $2 AND staged.line_number = line.number
    WHERE member.bucket = line.bucket
        AND member.program_id = $1
        AND member.member_id = line.member_id
        AND member.profile = 0
        AND member.erase_time IS NULL
    RETURNING member.bucket, member.member_id, staged.content
)
INSERT INTO member_profile (
    bucket, program_id, member_id, ordinal, birth_month, birth_day, birth_year, segments, change_time, given_name, family_name,
    language, home_location_id, home_brand_id, changed, caller, request_id
)
SELECT
    bucket, $1, member_id, 1, (content->'birthday'->>0)::smallint, (content->'birthday'->>1)::smallint,
    (content->>'birth_year')::smallint, '{}', $3,
    content->>'given_name', content->>'family_name', content->>'language', content->>'home_location_id',
    content->>'home_brand_id',
    array_remove(ARRAY[
        CASE WHEN content->>'given_name' <> '' THEN 'given_name' END,
        CASE WHEN content->>'family_name' <> '' THEN 'family_name' END,
        CASE WHEN content->'birthday' <> 'null' THEN 'birthday' END,
        CASE WHEN content->>'language' <> '' THEN 'language' END,
        CASE WHEN content->>'home_location_id' <> '' THEN 'home_location_id' END,
        CASE WHEN content->>'home_brand_id' <> '' THEN 'home_brand_id' END
    ], NULL),
    $4, $5
FROM made
