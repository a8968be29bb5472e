-- Posted sales in order of time, whoever bought them. Of a sale that was claimed the row under the document's own home
-- may have stayed behind (`move_orders`): the claimer's is the one that counts.
-- $1 program, $2 from, $3 until (excluded), $4 location (empty: all), $5 time and $6 order id of the page's end before
-- (null: the first page), $7 limit
SELECT DISTINCT ON (o.occur_time, o.order_id)
    o.program, o.order_id, o.home, o.state, o.revision, o.document, o.post_time, o.redemptions, o.returns,
    o.corrections, o.occur_time, o.local_day, o.facts, o.trimmed
FROM posted_order AS o
WHERE o.program = $1 AND o.state <> 'refused'
    AND o.occur_time >= $2 AND o.occur_time < $3
    AND ($4::text = '' OR o.location_id = $4)
    AND ($5::timestamptz IS NULL OR (o.occur_time, o.order_id) > ($5, $6::text))
ORDER BY o.occur_time, o.order_id, starts_with(o.home, 'anon_')
LIMIT $7
