-- How far an import has come.
-- $1 text: program. $2 text: import. $3 text: state. $4 integer: last staged line. $5 integer: done line.
-- $6 timestamptz: when it was switched on, or null.
UPDATE member_import
SET state = $3, last_line = $4, done_line = $5, switch_time = $6
WHERE program_id = $1 AND import_id = $2
