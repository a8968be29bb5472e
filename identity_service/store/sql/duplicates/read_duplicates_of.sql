-- The pairs that a member is in, locked.
-- $1 text: program. $2 text: member.
SELECT
    program_id, low_member_id, high_member_id, score, evidence, evidence_version, state, find_time, change_time, reason,
    decided_by, merge_rule_version, judged_rule_version
FROM duplicate
WHERE program_id = $1 AND (low_member_id = $2 OR high_member_id = $2)
ORDER BY duplicate_id
FOR UPDATE
