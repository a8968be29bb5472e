-- Transfers by id, with whichever home of their wallet they lie.
-- $1 buckets, $2 programs, $3 transfer ids
SELECT t.details
FROM transfer AS t
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, transfer_id)
    ON t.bucket = k.bucket AND t.program = k.program AND t.transfer_id = k.transfer_id
