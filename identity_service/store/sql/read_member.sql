-- A member with what points to it, in order of linking.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 integer: only the first identifiers; null: all.
-- $5 integer: the profile to show, by number; null: the last.
SELECT
    member.enroll_time,
    member.home_location_id,
    coalesce($5::integer, member.profile) AS profile,
    profile.birth_month,
    profile.birth_day,
    profile.segments,
    coalesce(array_agg(known.kind ORDER BY known.ordinal) FILTER (WHERE known.ordinal IS NOT NULL), '{}') AS kinds,
    coalesce(array_agg(known.value ORDER BY known.ordinal) FILTER (WHERE known.ordinal IS NOT NULL), '{}') AS values
FROM member
LEFT JOIN identifier_value AS known
    ON known.bucket = member.bucket
    AND known.program_id = member.program_id
    AND known.member_id = member.member_id
    AND ($4::integer IS NULL OR known.ordinal <= $4::integer)
LEFT JOIN member_profile AS profile
    ON profile.bucket = member.bucket
    AND profile.program_id = member.program_id
    AND profile.member_id = member.member_id
    AND profile.ordinal = coalesce($5::integer, member.profile)
WHERE member.bucket = $1 AND member.program_id = $2 AND member.member_id = $3
GROUP BY
    member.bucket, member.program_id, member.member_id, profile.birth_month, profile.birth_day, profile.segments
