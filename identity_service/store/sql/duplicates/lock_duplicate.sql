-- A pair, locked; no row comes back if there is none.
-- $1 text: program. $2 text: id.
SELECT
    program_id, low_member_id, high_member_id, score, evidence, evidence_version, state, find_time, change_time, reason,
    decided_by, merge_rule_version, judged_rule_version
FROM duplicate
WHERE program_id = $1 AND duplicate_id = $2
FOR UPDATE
