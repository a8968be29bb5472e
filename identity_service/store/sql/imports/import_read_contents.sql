-- What the next lines bring.
-- $1 text: program. $2 text: import. $3 integer[]: numbers.
SELECT line_number, content::text AS content
FROM member_import_content
WHERE program_id = $1 AND import_id = $2 AND line_number = ANY($3::integer[])
