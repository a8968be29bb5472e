-- Adjustments as they stand now.
-- $1… columns of the rows, as named.
INSERT INTO adjustment (
    bucket, program, adjustment_id, root, state, post_time, details
)
SELECT
    bucket, program, adjustment_id, root, state, post_time, details
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bytea[]
) AS row (
    bucket, program, adjustment_id, root, state, post_time, details
)
ON CONFLICT (bucket, program, adjustment_id) DO UPDATE SET
    state = excluded.state,
    details = excluded.details
