-- The last word of some members, who are one person, on each brand and key, less what was taken away.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
SELECT
    last.member_id, last.sequence, last.brand_id, last.key, last.value, last.record_time, last.caller, last.request_id
FROM (
    SELECT DISTINCT ON (told.brand_id, told.key)
        told.member_id, told.sequence, told.brand_id, told.key, told.value, told.record_time, told.caller,
        told.request_id
    FROM unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
    JOIN member_preference AS told
        ON told.bucket = asked.bucket
        AND told.program_id = $2
        AND told.member_id = asked.member_id
    ORDER BY told.brand_id, told.key, told.record_time DESC, told.member_id DESC, told.sequence DESC
) AS last
WHERE last.value <> ''
ORDER BY last.brand_id, last.key
