-- The roots and homes of members that took part in merges: one row per member asked for, its homes root first.
-- Each hop is one index probe for the whole set. UNION drops what was seen, so that even a cycle ends.
-- $1 smallint[]: buckets. $2 text[]: programs. $3 text[]: members.
WITH RECURSIVE
upward AS (
    SELECT
        asked.program_id COLLATE "C" AS program_id,
        asked.bucket AS asked_bucket,
        asked.member_id COLLATE "C" AS asked_member_id,
        asked.bucket AS bucket,
        asked.member_id COLLATE "C" AS member_id
    FROM unnest($1::smallint[], $2::text[], $3::text[]) AS asked (bucket, program_id, member_id)
    UNION
    SELECT upward.program_id, upward.asked_bucket, upward.asked_member_id, link.survivor_bucket, link.survivor_member_id
    FROM upward
    JOIN member_link AS link
        ON link.bucket = upward.bucket
        AND link.program_id = upward.program_id
        AND link.member_id = upward.member_id
),
root AS (
    SELECT
        upward.asked_bucket,
        upward.asked_member_id,
        member.bucket,
        member.program_id,
        member.member_id,
        member.merge_seq,
        member.home_location_id,
        member.enroll_time,
        member.profile
    FROM upward
    JOIN member
        ON member.bucket = upward.bucket
        AND member.program_id = upward.program_id
        AND member.member_id = upward.member_id
    WHERE NOT EXISTS (
        SELECT FROM member_link AS link
        WHERE link.bucket = upward.bucket
            AND link.program_id = upward.program_id
            AND link.member_id = upward.member_id
    )
),
downward AS (
    SELECT root.program_id, root.member_id AS root_member_id, root.bucket, root.member_id
    FROM root
    UNION
    SELECT downward.program_id, downward.root_member_id, link.bucket, link.member_id
    FROM downward
    JOIN member_link AS link
        ON link.survivor_bucket = downward.bucket
        AND link.program_id = downward.program_id
        AND link.survivor_member_id = downward.member_id
)
SELECT
    root.program_id,
    root.asked_bucket,
    root.asked_member_id,
    root.member_id AS root_member_id,
    root.merge_seq,
    coalesce(nullif(profile.home_location_id, ''), root.home_location_id) AS home_location_id,
    root.enroll_time,
    profile.birth_month,
    profile.birth_day,
    profile.segments,
    array_agg(downward.member_id ORDER BY downward.member_id <> root.member_id, downward.member_id) AS home_member_ids
FROM root
JOIN downward ON downward.program_id = root.program_id AND downward.root_member_id = root.member_id
LEFT JOIN member_profile AS profile
    ON profile.bucket = root.bucket
    AND profile.program_id = root.program_id
    AND profile.member_id = root.member_id
    AND profile.ordinal = root.profile
GROUP BY
    root.program_id, root.asked_bucket, root.asked_member_id, root.member_id, root.merge_seq, root.home_location_id,
    root.enroll_time, profile.birth_month, profile.birth_day, profile.segments, profile.home_location_id
