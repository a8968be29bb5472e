-- What is compared of members: identifiers that point to them, the profile, and whether they were erased.
-- $1 smallint[]: buckets. $2 text[]: programs. $3 text[]: members.
SELECT
    member.bucket,
    member.program_id,
    member.member_id,
    member.enroll_time,
    member.erase_time IS NOT NULL AS erased,
    coalesce(nullif(profile.home_location_id, ''), member.home_location_id) AS home_location_id,
    coalesce(profile.given_name, '') AS given_name,
    coalesce(profile.family_name, '') AS family_name,
    profile.birth_month,
    profile.birth_day,
    profile.birth_year,
    known.kinds,
    known.values,
    known.verified
FROM unnest($1::smallint[], $2::text[], $3::text[]) AS asked (bucket, program_id, member_id)
JOIN member
    ON member.bucket = asked.bucket
    AND member.program_id = asked.program_id
    AND member.member_id = asked.member_id
LEFT JOIN member_profile AS profile
    ON profile.bucket = member.bucket
    AND profile.program_id = member.program_id
    AND profile.member_id = member.member_id
    AND profile.ordinal = member.profile
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(value.kind ORDER BY value.ordinal), '{}') AS kinds,
        coalesce(array_agg(value.value ORDER BY value.ordinal), '{}') AS values,
        coalesce(array_agg(value.verify_ordinal IS NOT NULL ORDER BY value.ordinal), '{}') AS verified
    FROM identifier_value AS value
    WHERE value.bucket = member.bucket
        AND value.program_id = member.program_id
        AND value.member_id = member.member_id
        AND value.end_ordinal IS NULL
        AND value.kind IN (2, 3)
) AS known
