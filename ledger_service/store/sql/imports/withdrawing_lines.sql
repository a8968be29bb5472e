-- The next lines whose points have not gone back yet. $1 text: program. $2 text: existing program.
-- $3 text: behind this import. $4 integer: and this line of it. $5 integer: at most so many.
SELECT
    line.import_id, line.line_number, kind, fault, field, home, brand, old_points, new_points, remainder, earn_time,
    available_time, expire_time, ladder_id, tier_id, until, accrual_id, refusal, withdrawn
FROM balance_import_line AS line
JOIN balance_import AS import ON import.program = line.program AND import.import_id = line.import_id
WHERE import.program = $1 AND import.source = $2 AND import.state = 'withdrawing'
    AND (line.import_id, line.line_number) > ($3, $4) AND line.withdrawn IS NULL AND line.kind = 'points'
    AND line.accrual_id <> ''
ORDER BY line.import_id, line.line_number
LIMIT $5
