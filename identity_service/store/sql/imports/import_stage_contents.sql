-- Keeps what well-formed lines bring.
-- $1 text: program. $2 text: import. $3 integer[]: numbers. $4 text[]: contents as JSON.
INSERT INTO member_import_content (program_id, import_id, line_number, content)
SELECT $1, $2, line.number, line.content::jsonb
FROM unnest($3::integer[], $4::text[]) AS line (number, content)
