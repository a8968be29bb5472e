-- Keeps judged lines. Lines are missing from the content if they are malformed.
-- $1 text: program. $2 text: import. $3 integer[]: numbers. $4 bytea[]: hashes. $5 text[]: verdicts. $6 text[]: faults.
-- $7 text[]: fields. $8 text[]: members. $9 integer[]: same lines. $10 text[]: same imports.
-- $11 text[]: look-alikes, joined by commas.
INSERT INTO member_import_line (
    program_id, import_id, line_number, content_hash, verdict, fault, field, member_id, same_line, same_import,
    look_alikes
)
SELECT
    $1, $2, line.number, line.hash, line.verdict, line.fault, line.field, line.member_id, line.same_line,
    line.same_import, coalesce(string_to_array(nullif(line.look_alikes, ''), ','), '{}')
FROM unnest(
    $3::integer[], $4::bytea[], $5::text[], $6::text[], $7::text[], $8::text[], $9::integer[], $10::text[], $11::text[]
) AS line (number, hash, verdict, fault, field, member_id, same_line, same_import, look_alikes)
