-- What lines of these numbers were, where they are staged.
-- $1 text: program. $2 text: import. $3 integer[]: numbers.
SELECT line_number, content_hash
FROM balance_import_line
WHERE program = $1 AND import_id = $2 AND line_number = ANY($3::integer[])
