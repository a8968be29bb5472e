-- The preferences of some members of one program, by member and number.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members. $4 text: after this member's … $5 integer: … preference of
-- this number. $6 integer: at most so many.
SELECT
    told.member_id, told.sequence, told.brand_id, told.key, told.value, told.record_time, told.caller, told.request_id
FROM unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
JOIN member_preference AS told
    ON told.bucket = asked.bucket
    AND told.program_id = $2
    AND told.member_id = asked.member_id
WHERE (told.member_id, told.sequence) > ($4, $5::integer)
ORDER BY told.member_id, told.sequence
LIMIT $6
