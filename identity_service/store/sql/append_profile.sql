-- A member's next profile; the member is locked or new.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: month of birth or null. $5 smallint: day of birth
-- or null. $6 smallint: year of birth or null. $7 text[]: segments. $8 text: given name. $9 text: family name.
-- $10 text: display name. $11 text: language. $12 text: home location. $13 text: home brand. $14 jsonb: attributes.
-- $15 text[]: changed fields. $16 timestamptz: now. $17 text: caller. $18 text: request id.
WITH numbered AS (
    UPDATE member
    SET profile = profile + 1
    WHERE bucket = $1 AND program_id = $2 AND member_id = $3
    RETURNING profile
)
INSERT INTO member_profile (
    bucket, program_id, member_id, ordinal, birth_month, birth_day, birth_year, segments, given_name, family_name,
    display_name, language, home_location_id, home_brand_id, attributes, changed, change_time, caller, request_id
)
SELECT
    $1, $2, $3, profile, $4, $5, $6, $7::text[], $8, $9, $10, $11, $12, $13, $14::jsonb, $15::text[], $16, $17, $18
FROM numbered
RETURNING ordinal
