-- An import as it stands.
-- $1 text: program. $2 text: import.
SELECT source_program_id, dry_run, state, last_line, done_line, begin_time, switch_time
FROM member_import
WHERE program_id = $1 AND import_id = $2
