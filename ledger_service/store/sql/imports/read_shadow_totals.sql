-- What a shadow came to.
-- $1 text: program. $2 text: existing program. $3 integer: shadow.
SELECT kind, brand, rule, compared, differing, old_amount, mesh_amount
FROM shadow_total
WHERE program = $1 AND source = $2 AND number = $3
ORDER BY kind, brand, rule
