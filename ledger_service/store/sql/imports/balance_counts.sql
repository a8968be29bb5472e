-- How many lines of an import are tiers, empty or refused, by kind and fault.
-- $1 text: program. $2 text: import.
SELECT kind, fault, count(*) AS lines, count(*) FILTER (WHERE kind = 'points' AND new_points = 0) AS empty
FROM balance_import_line
WHERE program = $1 AND import_id = $2
GROUP BY kind, fault
