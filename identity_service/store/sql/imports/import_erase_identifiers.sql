-- Erases the fingerprints of what lines brought.
-- $1 text: program. $2 text: import. $3 integer: at most so many.
DELETE FROM member_import_identifier
WHERE (program_id, import_id, line_number, ordinal) IN (
    SELECT program_id, import_id, line_number, ordinal FROM member_import_identifier
    WHERE program_id = $1 AND import_id = $2
    LIMIT $3
)
