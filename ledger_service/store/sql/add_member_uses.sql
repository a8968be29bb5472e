-- Adds to what homes have used of limits of members; a mark is only ever told once.
-- $1 buckets, $2 programs, $3 homes, $4 limits, $5 windows, $6 points, $7 minor units, $8 highest marks told
INSERT INTO limit_use AS u (bucket, program, home, limit_id, window_key, points, minor_units, told)
SELECT bucket, program, home, limit_id, window_key, points, minor_units, told
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::integer[]
) AS row (bucket, program, home, limit_id, window_key, points, minor_units, told)
ON CONFLICT (bucket, program, home, limit_id, window_key) DO UPDATE
SET
    points = u.points + excluded.points, minor_units = u.minor_units + excluded.minor_units,
    told = greatest(u.told, excluded.told)
