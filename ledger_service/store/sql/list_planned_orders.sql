-- The next sales that a plan changes and nothing was done about yet.
-- $1 program, $2 correction id, $3 limit
SELECT o.order_id, o.home
FROM correction_order AS o
WHERE o.program = $1 AND o.correction_id = $2 AND o.state = 'planned' AND o.digest <> ''
ORDER BY o.ordinal
LIMIT $3
