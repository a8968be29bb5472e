-- A plan and how far it has come.
-- $1 program, $2 correction id
SELECT
    c.details,
    count(o.order_id) FILTER (WHERE o.state = 'corrected') AS corrected,
    count(o.order_id) FILTER (WHERE o.state = 'skipped') AS skipped
FROM correction AS c
LEFT JOIN correction_order AS o ON o.program = c.program AND o.correction_id = c.correction_id
WHERE c.program = $1 AND c.correction_id = $2
GROUP BY c.program, c.correction_id
