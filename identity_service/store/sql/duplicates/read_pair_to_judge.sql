-- A proposed pair that the last rule of its program was not held against, locked, if nobody else has one in hand.
SELECT
    duplicate.program_id, low_member_id, high_member_id, score, evidence, evidence_version, state, find_time, change_time,
    duplicate.reason, duplicate.decided_by, merge_rule_version, judged_rule_version
FROM (SELECT program_id, max(version) AS version FROM merge_rule GROUP BY program_id) AS last
JOIN duplicate
    ON duplicate.program_id = last.program_id
    AND duplicate.judged_rule_version < last.version
    AND duplicate.state = 1
LIMIT 1
FOR UPDATE OF duplicate SKIP LOCKED
