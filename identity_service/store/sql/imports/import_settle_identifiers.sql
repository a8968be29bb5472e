-- The identifiers of lines are like any other from now on.
-- $1 text: program. $2 text: import. $3 integer: up to this line.
UPDATE identifier
SET import_id = NULL, import_line = NULL
WHERE program_id = $1 AND import_id = $2 AND import_line <= $3
