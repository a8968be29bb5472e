-- Whether there are members to look at, and pairs that the last rule of their program was not held against.
SELECT
    EXISTS (SELECT FROM duplicate_due) AS members,
    EXISTS (
        SELECT FROM (SELECT program_id, max(version) AS version FROM merge_rule GROUP BY program_id) AS last
        JOIN duplicate
            ON duplicate.program_id = last.program_id
            AND duplicate.judged_rule_version < last.version
            AND duplicate.state = 1
    ) AS pairs
