-- The changes in which any of some members took part, newest first.
-- $1 text: program. $2 text[]: members. $3 bigint: before this position. $4 integer: at most so many.
SELECT
    program_id, position, kind, absorbed_member_id, linked_member_id, root_member_id, root_home_member_ids,
    absorbed_home_member_ids, merge_seq, change_time, reason, decided_by, evidence_ref, duplicate_id,
    merge_rule_version, caller, request_id
FROM link_change
WHERE program_id = $1
    AND (absorbed_member_id = ANY($2::text[]) OR linked_member_id = ANY($2::text[]) OR root_member_id = ANY($2::text[]))
    AND position < $3
ORDER BY position DESC
LIMIT $4
