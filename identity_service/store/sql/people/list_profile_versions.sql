-- The versions of a member's profile, oldest first.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 integer: after this version. $5 integer: at most so many.
SELECT
    ordinal, birth_month, birth_day, birth_year, segments, given_name, family_name, display_name, language,
    home_location_id, home_brand_id, attributes, changed, change_time, caller, request_id
FROM member_profile
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND ordinal > $4
ORDER BY ordinal
LIMIT $5
