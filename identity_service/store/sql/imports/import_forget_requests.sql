-- Forgets the request ids of commits that came to nothing.
-- $1 text: program. $2 text: import.
DELETE FROM member_import_request
WHERE program_id = $1 AND import_id = $2
