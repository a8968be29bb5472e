-- How far an import is staged.
-- $1 text: program. $2 text: import. $3 integer: the last line.
UPDATE balance_import
SET last_line = $3
WHERE program = $1 AND import_id = $2
