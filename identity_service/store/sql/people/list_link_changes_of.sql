-- The merges and unmerges in which some members of one program took part, by position.
-- $1 text: program. $2 text[]: members. $3 bigint: after this position. $4 integer: at most so many.
SELECT position, kind, absorbed_member_id, linked_member_id, root_member_id, change_time, request_id
FROM link_change
WHERE program_id = $1
    AND (absorbed_member_id = ANY($2::text[]) OR linked_member_id = ANY($2::text[]) OR root_member_id = ANY($2::text[]))
    AND position > $3
ORDER BY position
LIMIT $4
