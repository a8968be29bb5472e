-- Forgets some of the members an import would have made.
-- $1 text: program. $2 text: import. $3 integer: at most so many.
DELETE FROM member
WHERE (bucket, program_id, member_id) IN (
    SELECT bucket, program_id, member_id FROM member WHERE program_id = $1 AND import_id = $2 LIMIT $3
)
