-- Adds to what a lane has used of budgets; it holds the rows that are there.
-- $1 programs, $2 limits, $3 windows, $4 partitions, $5 points, $6 minor units
INSERT INTO allotment AS a (
    program, limit_id, window_key, partition, allotted_points, allotted_minor_units, used_points, used_minor_units
)
SELECT program, limit_id, window_key, partition, 0, 0, points, minor_units
FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::bigint[], $6::bigint[])
    AS row (program, limit_id, window_key, partition, points, minor_units)
ON CONFLICT (program, limit_id, window_key, partition) DO UPDATE
SET
    used_points = a.used_points + excluded.used_points,
    used_minor_units = a.used_minor_units + excluded.used_minor_units
