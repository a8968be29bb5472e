-- What lines come to, judged again.
-- $1 text: program. $2 text: import. $3 integer[]: numbers. $4 text[]: verdicts. $5 text[]: faults. $6 text[]: fields.
-- $7 text[]: members. $8 integer[]: same lines. $9 text[]: same imports. $10 text[]: look-alikes, joined by commas.
UPDATE member_import_line
SET
    verdict = line.verdict, fault = line.fault, field = line.field, member_id = line.member_id,
    same_line = line.same_line, same_import = line.same_import,
    look_alikes = coalesce(string_to_array(nullif(line.look_alikes, ''), ','), '{}')
FROM unnest(
    $3::integer[], $4::text[], $5::text[], $6::text[], $7::text[], $8::integer[], $9::text[], $10::text[]
) AS line (number, verdict, fault, field, member_id, same_line, same_import, look_alikes)
WHERE member_import_line.program_id = $1
    AND member_import_line.import_id = $2
    AND member_import_line.line_number = line.number
