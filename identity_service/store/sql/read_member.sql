-- A member with what points to it, in order of linking: as it is, or as it was after an entry of its history.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 integer: the last entry of the history to count; null: all.
-- $5 integer: the profile to show, by number; null: the last.
SELECT
    member.enroll_time,
    coalesce(nullif(profile.home_location_id, ''), member.home_location_id) AS home_location_id,
    coalesce($5::integer, member.profile) AS profile,
    profile.birth_month,
    profile.birth_day,
    profile.segments,
    known.kinds,
    known.values,
    coalesce($4::integer, told.sequence, 0) AS history
FROM member
LEFT JOIN member_profile AS profile
    ON profile.bucket = member.bucket
    AND profile.program_id = member.program_id
    AND profile.member_id = member.member_id
    AND profile.ordinal = coalesce($5::integer, member.profile)
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(linked.kind ORDER BY linked.ordinal), '{}') AS kinds,
        coalesce(array_agg(linked.value ORDER BY linked.ordinal), '{}') AS values
    FROM identifier_value AS linked
    WHERE linked.bucket = member.bucket
        AND linked.program_id = member.program_id
        AND linked.member_id = member.member_id
        AND linked.ordinal <= coalesce($4::integer, linked.ordinal)
        AND (linked.end_ordinal IS NULL OR linked.end_ordinal > $4::integer)
) AS known
CROSS JOIN LATERAL (
    SELECT max(numbers.number) AS sequence
    FROM (
        SELECT entry.sequence AS number
        FROM identifier_history AS entry
        WHERE entry.bucket = member.bucket
            AND entry.program_id = member.program_id
            AND entry.member_id = member.member_id
        UNION ALL
        SELECT value.ordinal
        FROM identifier_value AS value
        WHERE value.bucket = member.bucket
            AND value.program_id = member.program_id
            AND value.member_id = member.member_id
    ) AS numbers
) AS told
WHERE member.bucket = $1 AND member.program_id = $2 AND member.member_id = $3
