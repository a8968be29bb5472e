-- Keeps what went back of lines.
-- $1 text: program. $2 text[]: imports. $3 integer[]: lines. $4 bigint[]: points.
UPDATE balance_import_line AS line
SET withdrawn = one.points
FROM unnest($2::text[], $3::integer[], $4::bigint[]) AS one (import_id, line_number, points)
WHERE line.program = $1 AND line.import_id = one.import_id AND line.line_number = one.line_number
