-- An import of balances, locked: its streams wait for each other, portion by portion.
-- $1 text: program. $2 text: import.
SELECT header, state, last_line, done_line, signed_by, begin_time, commit_time
FROM balance_import
WHERE program = $1 AND import_id = $2
FOR NO KEY UPDATE
