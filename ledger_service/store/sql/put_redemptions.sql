-- What changes of a redemption.
-- $1… columns of the rows, as named.
UPDATE redemption AS r
SET
    order_id = row.order_id, pieces = row.pieces
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::bytea[]
) AS row (
    bucket, program, redemption_id, order_id, pieces
)
WHERE r.bucket = row.bucket AND r.program = row.program AND r.redemption_id = row.redemption_id
