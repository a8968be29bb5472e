-- Sales are kept as posted.
INSERT INTO posted_order (
    bucket, program, order_id, home, state, revision, document, post_time
)
SELECT
    bucket, program, order_id, home, state, revision, document, post_time
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::timestamptz[]
) AS row (
    bucket, program, order_id, home, state, revision, document, post_time
)
