-- Which identifiers of lines point to their persons from now on.
-- $1 text: program. $2 text: import. $3 integer: after this line. $4 integer: up to this one. $5 integer[]: lines and
-- $6 integer[]: ordinals of those that do.
UPDATE member_import_identifier AS staged
SET brought = (staged.line_number, staged.ordinal) IN (
    SELECT one.line, one.ordinal FROM unnest($5::integer[], $6::integer[]) AS one (line, ordinal)
)
WHERE staged.program_id = $1 AND staged.import_id = $2 AND staged.line_number > $3 AND staged.line_number <= $4
