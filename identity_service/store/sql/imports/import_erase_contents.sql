-- Erases what lines brought.
-- $1 text: program. $2 text: import. $3 integer: at most so many.
DELETE FROM member_import_content
WHERE (program_id, import_id, line_number) IN (
    SELECT program_id, import_id, line_number FROM member_import_content
    WHERE program_id = $1 AND import_id = $2
    LIMIT $3
)
