-- What the lines of an import come to.
-- $1 text: program. $2 text: import.
SELECT verdict, fault, count(*) AS lines, count(*) FILTER (WHERE look_alikes <> '{}') AS look_alikes
FROM member_import_line
WHERE program_id = $1 AND import_id = $2
GROUP BY verdict, fault
