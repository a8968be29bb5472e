-- A page of the report, by line.
-- $1 text: program. $2 text: import. $3 text[]: verdicts; null: whatever is not simply new. $4 integer: after this line.
-- $5 integer: at most so many.
SELECT line_number, verdict, fault, field, member_id, same_line, same_import, look_alikes
FROM member_import_line
WHERE program_id = $1 AND import_id = $2 AND line_number > $4
    AND CASE WHEN $3::text[] IS NULL THEN verdict <> 'NEW' OR look_alikes <> '{}' ELSE verdict = ANY($3::text[]) END
ORDER BY line_number
LIMIT $5
