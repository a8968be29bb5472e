-- What became of sales of a plan; what is settled stays so.
-- $1 program, $2 correction id, $3 order ids, $4 states
UPDATE correction_order AS o SET state = row.state
FROM unnest($3::text[], $4::text[]) AS row (order_id, state)
WHERE o.program = $1 AND o.correction_id = $2 AND o.order_id = row.order_id AND o.state = 'planned'
