-- Those of some members whom an unmerge took from a member, or it from them.
-- $1 text: program. $2 text: member. $3 text[]: the others.
SELECT other.member_id
FROM unnest($3::text[]) AS other (member_id)
WHERE EXISTS (
    SELECT FROM link_change
    WHERE kind = 2
        AND program_id = $1
        AND absorbed_home_member_ids @> ARRAY[$2::text]
        AND other.member_id = ANY(root_home_member_ids)
)
OR EXISTS (
    SELECT FROM link_change
    WHERE kind = 2
        AND program_id = $1
        AND absorbed_home_member_ids @> ARRAY[other.member_id]
        AND $2::text = ANY(root_home_member_ids)
)
