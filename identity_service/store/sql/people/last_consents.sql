-- The last word of some members, who are one person, on each brand, channel and purpose: what was said last; of words of
-- one instant what was written down last.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
SELECT DISTINCT ON (told.brand_id, told.channel, told.purpose)
    told.member_id, told.sequence, told.brand_id, told.channel, told.purpose, told.granted, told.wording_version,
    told.source, told.occur_time, told.record_time, told.caller, told.request_id
FROM unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
JOIN member_consent AS told
    ON told.bucket = asked.bucket
    AND told.program_id = $2
    AND told.member_id = asked.member_id
ORDER BY
    told.brand_id, told.channel, told.purpose, told.occur_time DESC, told.record_time DESC, told.member_id DESC,
    told.sequence DESC
