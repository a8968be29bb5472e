-- The next staged lines with their identifiers, as they are judged: a row an identifier, one without for malformed
-- lines. Each line is looked up by itself: a table that was filled a moment ago has no statistics to join it by.
-- $1 text: program. $2 text: import. $3 integer: after this line. $4 integer: at most so many lines.
SELECT
    line.line_number, line.verdict, line.fault, line.field, line.member_id,
    one.ordinal, one.kind, one.fingerprint, one.verified, one.brought
FROM (
    SELECT line_number, verdict, fault, field, member_id
    FROM member_import_line
    WHERE program_id = $1 AND import_id = $2 AND line_number > $3
    ORDER BY line_number
    LIMIT $4
) AS line
LEFT JOIN LATERAL (
    SELECT staged.ordinal, staged.kind, staged.fingerprint, staged.verified, staged.brought
    FROM member_import_identifier AS staged
    WHERE staged.program_id = $1 AND staged.import_id = $2 AND staged.line_number = line.line_number
    ORDER BY staged.ordinal
    LIMIT 32
) AS one ON true
ORDER BY line.line_number, one.ordinal
