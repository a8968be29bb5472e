-- More of sales' lines has come back.
INSERT INTO returned_line (
    bucket, program, order_id, line_number, home, basis, returned, sold
)
SELECT
    bucket, program, order_id, line_number, home, basis, returned, sold
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::integer[], $5::text[], $6::text[], $7::bigint[], $8::bigint[]
) AS row (
    bucket, program, order_id, line_number, home, basis, returned, sold
)
ON CONFLICT (bucket, program, order_id, line_number) DO UPDATE SET returned = excluded.returned
