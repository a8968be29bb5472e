-- The members that many references point to, by id and by identifier, at once: the ledger asks this for every batch
-- of orders. References that lead nowhere are missing from the answer.
-- By id: $1 integer[]: positions. $2 smallint[]: buckets. $3 text[]: programs. $4 text[]: members.
-- By identifier: $5 integer[]: positions. $6 bytea[]: fingerprints.
SELECT
    asked.position, member.bucket, member.program_id, member.member_id, member.merge_seq,
    coalesce(nullif(profile.home_location_id, ''), member.home_location_id) AS home_location_id,
    member.enroll_time, profile.birth_month, profile.birth_day, profile.segments
FROM unnest($1::integer[], $2::smallint[], $3::text[], $4::text[]) AS asked (position, bucket, program_id, member_id)
JOIN member
    ON member.bucket = asked.bucket
    AND member.program_id = asked.program_id
    AND member.member_id = asked.member_id
LEFT JOIN member_profile AS profile
    ON profile.bucket = member.bucket
    AND profile.program_id = member.program_id
    AND profile.member_id = member.member_id
    AND profile.ordinal = member.profile
UNION ALL
SELECT
    asked.position, member.bucket, member.program_id, member.member_id, member.merge_seq,
    coalesce(nullif(profile.home_location_id, ''), member.home_location_id) AS home_location_id,
    member.enroll_time, profile.birth_month, profile.birth_day, profile.segments
FROM unnest($5::integer[], $6::bytea[]) AS asked (position, fingerprint)
JOIN identifier ON identifier.fingerprint = asked.fingerprint
JOIN member
    ON member.bucket = identifier.member_bucket
    AND member.program_id = identifier.program_id
    AND member.member_id = identifier.member_id
LEFT JOIN member_profile AS profile
    ON profile.bucket = member.bucket
    AND profile.program_id = member.program_id
    AND profile.member_id = member.member_id
    AND profile.ordinal = member.profile
