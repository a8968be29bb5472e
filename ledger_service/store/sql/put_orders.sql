-- What changes of a posted sale.
-- $1… columns of the rows, as named.
UPDATE posted_order AS o
SET
    state = row.state, revision = row.revision, document = row.document,
    redemptions = string_to_array(row.redemptions, ','),
    returns = string_to_array(row.returns, ','), corrections = string_to_array(row.corrections, ',')
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::text[], $8::text[],
    $9::text[]
) AS row (
    bucket, program, order_id, state, revision, document, redemptions, returns, corrections
)
WHERE o.bucket = row.bucket AND o.program = row.program AND o.order_id = row.order_id
