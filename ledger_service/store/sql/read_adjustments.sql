-- Adjustments by id, with whichever home of their wallet they lie.
-- $1 buckets, $2 programs, $3 adjustment ids
SELECT a.details
FROM adjustment AS a
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, adjustment_id)
    ON a.bucket = k.bucket AND a.program = k.program AND a.adjustment_id = k.adjustment_id
