-- A member's next profile; the member is locked or new.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: month of birth or null. $5 smallint: day of birth
-- or null. $6 text[]: segments. $7 timestamptz: now.
WITH numbered AS (
    UPDATE member
    SET profile = profile + 1
    WHERE bucket = $1 AND program_id = $2 AND member_id = $3
    RETURNING profile
)
INSERT INTO member_profile (bucket, program_id, member_id, ordinal, birth_month, birth_day, segments, change_time)
SELECT $1, $2, $3, profile, $4, $5, $6::text[], $7
FROM numbered
RETURNING ordinal
