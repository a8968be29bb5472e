-- Keeps a pair, new or changed.
-- $1 text: program. $2 text: id. $3 text: lower member. $4 text: higher member. $5 smallint: score. $6 jsonb: evidence.
-- $7 integer: its version. $8 smallint: state. $9 timestamptz: found. $10 timestamptz: changed. $11 text: reason.
-- $12 text: decided by. $13 integer: by this version of the rule. $14 integer: held against this version of the rule.
INSERT INTO duplicate (
    program_id, duplicate_id, low_member_id, high_member_id, score, evidence, evidence_version, state, find_time,
    change_time, reason, decided_by, merge_rule_version, judged_rule_version
)
VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, $10, $11, $12, $13, $14)
ON CONFLICT (program_id, duplicate_id) DO UPDATE
SET
    score = excluded.score,
    evidence = excluded.evidence,
    evidence_version = excluded.evidence_version,
    state = excluded.state,
    change_time = excluded.change_time,
    reason = excluded.reason,
    decided_by = excluded.decided_by,
    merge_rule_version = excluded.merge_rule_version,
    judged_rule_version = excluded.judged_rule_version
