-- Returns in order of time, whatever became of them.
-- $1 program, $2 from, $3 until (excluded), $4 location (empty: all), $5 time and $6 return id of the page's end before
-- (null: the first page), $7 limit
SELECT r.program, r.return_id, r.home, r.document, r.post_time, r.state, r.park_time, r.details, r.occur_time
FROM posted_return AS r
WHERE r.program = $1
    AND r.occur_time >= $2 AND r.occur_time < $3
    AND ($4::text = '' OR r.location_id = $4)
    AND ($5::timestamptz IS NULL OR (r.occur_time, r.return_id) > ($5, $6::text))
ORDER BY r.occur_time, r.return_id
LIMIT $7
