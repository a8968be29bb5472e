-- Pairs of a program in a state, the highest score first.
-- $1 text: program. $2 smallint: state. $3 integer: least score. $4 integer: score to go on after; null: from the
-- highest. $5 text: id to go on after. $6 integer: at most so many.
SELECT
    program_id, low_member_id, high_member_id, score, evidence, evidence_version, state, find_time, change_time, reason,
    decided_by, merge_rule_version, judged_rule_version
FROM duplicate
WHERE program_id = $1
    AND state = $2
    AND score >= $3
    AND ($4::integer IS NULL OR score < $4 OR (score = $4 AND duplicate_id > $5::text))
ORDER BY score DESC, duplicate_id
LIMIT $6
