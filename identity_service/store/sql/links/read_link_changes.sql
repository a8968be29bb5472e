-- A program's changes after a position up to another, in order.
-- $1 text: program. $2 bigint: after. $3 bigint: up to. $4 integer: at most so many.
SELECT
    program_id, position, kind, absorbed_member_id, linked_member_id, root_member_id, root_home_member_ids,
    absorbed_home_member_ids, merge_seq, change_time, reason, decided_by, evidence_ref, duplicate_id,
    merge_rule_version, caller, request_id
FROM link_change
WHERE program_id = $1 AND position > $2 AND position <= $3
ORDER BY position
LIMIT $4
