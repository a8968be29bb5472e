-- A version of a program's merge rule; no row comes back if there is none.
-- $1 text: program. $2 integer: version; 0: the last.
SELECT version, rule, reason, decided_by, set_time
FROM merge_rule
WHERE program_id = $1 AND ($2 = 0 OR version = $2)
ORDER BY version DESC
LIMIT 1
