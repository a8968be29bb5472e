-- The same of pairs that any of some members is in.
-- $1 text: program. $2 text[]: members. $3 smallint: state. $4 integer: least score. $5 integer: score to go on after;
-- null: from the highest. $6 text: id to go on after. $7 integer: at most so many.
SELECT
    program_id, low_member_id, high_member_id, score, evidence, evidence_version, state, find_time, change_time, reason,
    decided_by, merge_rule_version, judged_rule_version
FROM duplicate
WHERE program_id = $1
    AND (low_member_id = ANY($2::text[]) OR high_member_id = ANY($2::text[]))
    AND state = $3
    AND score >= $4
    AND ($5::integer IS NULL OR score < $5 OR (score = $5 AND duplicate_id > $6::text))
ORDER BY score DESC, duplicate_id
LIMIT $7
