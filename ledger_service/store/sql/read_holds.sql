-- Holds by id, with whichever home of their wallet they lie.
-- $1 buckets, $2 programs, $3 hold ids
SELECT h.program, h.hold_id, h.root, h.kind, h.state, h.time_out, h.details
FROM hold AS h
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, hold_id)
    ON h.bucket = k.bucket AND h.program = k.program AND h.hold_id = k.hold_id
