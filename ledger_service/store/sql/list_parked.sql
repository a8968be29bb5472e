-- Returns that wait for their sales, oldest first, page by page.
-- $1 program, $2 parked before (null: all), $3 location (empty: all), $4 park time and $5 id of the last one seen
-- (null: none), $6 at most
SELECT r.program, r.return_id, r.home, r.document, r.post_time, r.state, r.park_time, r.details
FROM posted_return AS r
WHERE r.program = $1 AND r.state = 'parked'
    AND r.park_time < coalesce($2::timestamptz, 'infinity')
    AND ($3::text = '' OR r.location_id = $3)
    AND (r.park_time, r.return_id) > (coalesce($4::timestamptz, '-infinity'), coalesce($5::text, ''))
ORDER BY r.park_time, r.return_id
LIMIT $6
