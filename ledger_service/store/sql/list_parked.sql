-- Returns that wait for their sales, oldest first: a page of so many, or of so many bytes if that is less, but at least
-- one. `found` is how many there were up to one more than asked for.
-- $1 program, $2 parked before (null: all), $3 location (empty: all), $4 park time and $5 id of the last one seen
-- (null: none), $6 at most, $7 bytes of documents
SELECT p.program, p.return_id, p.home, p.document, p.post_time, p.state, p.park_time, p.details, p.found
FROM (
    SELECT
        n.program, n.return_id, n.home, n.document, n.post_time, n.state, n.park_time, n.details,
        count(*) OVER () AS found, row_number() OVER so_far AS place,
        sum(octet_length(n.document)) OVER so_far - octet_length(n.document) AS before
    FROM (
        SELECT r.program, r.return_id, r.home, r.document, r.post_time, r.state, r.park_time, r.details
        FROM posted_return AS r
        WHERE r.program = $1 AND r.state = 'parked'
            AND r.park_time < coalesce($2::timestamptz, 'infinity')
            AND ($3::text = '' OR r.location_id = $3)
            AND (r.park_time, r.return_id) > (coalesce($4::timestamptz, '-infinity'), coalesce($5::text, ''))
        ORDER BY r.park_time, r.return_id
        LIMIT $6::integer + 1
    ) AS n
    WINDOW so_far AS (ORDER BY n.park_time, n.return_id)
) AS p
WHERE p.place <= $6::integer AND p.before < $7::bigint
ORDER BY p.place
