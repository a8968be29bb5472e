-- Adjustments that wait for a second person, oldest first.
-- $1 program, $2 post time and $3 adjustment id of the page's end before (null: the first page), $4 brands (null:
-- all), $5 limit
SELECT a.details
FROM adjustment AS a
WHERE a.program = $1 AND a.state = 'proposed'
    AND ($2::timestamptz IS NULL OR (a.post_time, a.adjustment_id) > ($2, $3::text))
    AND ($4::text[] IS NULL OR convert_from(a.details, 'UTF8')::jsonb -> 'terms' ->> 'brand' = ANY ($4))
ORDER BY a.post_time, a.adjustment_id
LIMIT $5
