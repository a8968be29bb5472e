-- What of sales' lines has come back.
-- $1 buckets, $2 programs, $3 order ids
SELECT r.program, r.home, r.order_id, r.line_number, r.basis, r.returned, r.sold
FROM returned_line AS r
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, order_id)
    ON r.bucket = k.bucket AND r.program = k.program AND r.order_id = k.order_id
