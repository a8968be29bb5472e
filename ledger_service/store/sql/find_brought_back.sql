-- Returns by id, under whatever homes they lie.
-- $1 program, $2 return ids
SELECT r.program, r.return_id, r.home, r.document, r.post_time, r.state, r.park_time, r.details
FROM posted_return AS r
WHERE r.bucket = ANY (ARRAY(SELECT generate_series(0, 255))::smallint[])
    AND r.program = $1 AND r.return_id = ANY ($2::text[])
