-- The first differences of a shadow.
-- $1 text: program. $2 text: existing program. $3 integer: shadow. $4 integer: at most so many.
SELECT item, line_number, kind, brand, rule, old_amount, mesh_amount, explanation
FROM shadow_difference
WHERE program = $1 AND source = $2 AND number = $3
ORDER BY item, line_number
LIMIT $4
