-- The profile of a member; no row comes back if nothing was ever told.
-- $1 smallint: bucket. $2 text: program. $3 text: member.
SELECT
    profile.ordinal, profile.birth_month, profile.birth_day, profile.birth_year, profile.segments, profile.given_name,
    profile.family_name, profile.display_name, profile.language, profile.home_location_id, profile.home_brand_id,
    profile.attributes
FROM member
JOIN member_profile AS profile
    ON profile.bucket = member.bucket
    AND profile.program_id = member.program_id
    AND profile.member_id = member.member_id
    AND profile.ordinal = member.profile
WHERE member.bucket = $1 AND member.program_id = $2 AND member.member_id = $3
