-- A return by its id alone: every bucket is asked, each by its key.
-- $1 program, $2 return id
SELECT r.program, r.return_id, r.home, r.document, r.post_time, r.state, r.park_time, r.details
FROM generate_series(0, 255) AS k (bucket)
JOIN posted_return AS r ON r.bucket = k.bucket::smallint AND r.program = $1 AND r.return_id = $2
