-- The next lines that something is made of.
-- $1 text: program. $2 text: import. $3 integer: after this line. $4 integer: at most so many.
SELECT
    line_number, kind, fault, field, home, brand, old_points, new_points, remainder, earn_time, available_time,
    expire_time, ladder_id, tier_id, until, accrual_id, refusal, withdrawn
FROM balance_import_line
WHERE program = $1 AND import_id = $2 AND line_number > $3 AND (kind = 'tier' OR new_points > 0)
ORDER BY line_number
LIMIT $4
