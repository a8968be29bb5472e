-- Credited sales in order of time.
-- $1 program, $2 from, $3 until (excluded), $4 locations and $5 homes (each null: any), $6 time and $7 order id of the
-- page's end before (null: the first page), $8 limit
SELECT
    o.program, o.order_id, o.home, o.state, o.revision, o.document, o.post_time, o.redemptions, o.returns,
    o.corrections, o.occur_time, o.local_day, o.facts, o.trimmed
FROM posted_order AS o
WHERE o.program = $1 AND o.state = 'evaluated'
    AND o.occur_time >= coalesce($2::timestamptz, '-infinity')
    AND o.occur_time < coalesce($3::timestamptz, 'infinity')
    AND ($4::text[] IS NULL OR o.location_id = ANY ($4))
    AND ($5::text[] IS NULL OR o.home = ANY ($5))
    AND ($6::timestamptz IS NULL OR (o.occur_time, o.order_id) > ($6, $7::text))
ORDER BY o.occur_time, o.order_id
LIMIT $8
