-- Posted sales by id, under whatever homes they lie; one that was claimed by its claimer's row, see `list_sold`.
-- $1 program, $2 order ids
SELECT DISTINCT ON (o.order_id)
    o.program, o.order_id, o.home, o.state, o.revision, o.document, o.post_time, o.redemptions, o.returns,
    o.corrections, o.occur_time, o.local_day, o.facts, o.trimmed
FROM posted_order AS o
WHERE o.bucket = ANY (ARRAY(SELECT generate_series(0, 255))::smallint[])
    AND o.program = $1 AND o.order_id = ANY ($2::text[])
ORDER BY o.order_id, starts_with(o.home, 'anon_')
