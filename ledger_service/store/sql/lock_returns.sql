-- Returns by id, locked: a parked one may be another member's, whose wallet is not.
-- $1 buckets, $2 programs, $3 return ids
SELECT r.program, r.return_id, r.home, r.document, r.post_time, r.state, r.park_time, r.details
FROM posted_return AS r
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, return_id)
    ON r.bucket = k.bucket AND r.program = k.program AND r.return_id = k.return_id
ORDER BY r.bucket, r.program, r.return_id
FOR UPDATE OF r
