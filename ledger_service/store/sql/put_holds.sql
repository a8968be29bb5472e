-- Holds as they stand now.
-- $1… columns of the rows, as named.
INSERT INTO hold (
    bucket, program, hold_id, root, kind, state, time_out, points, details
)
SELECT
    bucket, program, hold_id, root, kind, state, time_out, points, details
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::bigint[],
    $9::bytea[]
) AS row (
    bucket, program, hold_id, root, kind, state, time_out, points, details
)
ON CONFLICT (bucket, program, hold_id) DO UPDATE SET
    state = excluded.state,
    time_out = excluded.time_out,
    points = excluded.points,
    details = excluded.details
