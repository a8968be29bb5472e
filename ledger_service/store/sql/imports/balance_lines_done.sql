-- Keeps what was born of lines, or why not, and how far that has come.
-- $1 text: program. $2 text: import. $3 text: state it is done in. $4 integer: up to this line. $5 integer[]: lines.
-- $6 text[]: accruals. $7 text[]: refusals.
WITH kept AS (
    UPDATE balance_import_line AS line
    SET accrual_id = CASE WHEN one.accrual_id = '' THEN line.accrual_id ELSE one.accrual_id END, refusal = one.refusal
    FROM unnest($5::integer[], $6::text[], $7::text[]) AS one (line_number, accrual_id, refusal)
    WHERE line.program = $1 AND line.import_id = $2 AND line.line_number = one.line_number
)
UPDATE balance_import
SET done_line = greatest(done_line, $4)
WHERE program = $1 AND import_id = $2 AND state = $3
