-- Allots budgets to lanes; the budget is locked, and so are the allotments that change.
-- $1 programs, $2 limits, $3 windows, $4 partitions, $5 points, $6 minor units
INSERT INTO allotment (
    program, limit_id, window_key, partition, allotted_points, allotted_minor_units, used_points, used_minor_units
)
SELECT program, limit_id, window_key, partition, points, minor_units, 0, 0
FROM unnest($1::text[], $2::text[], $3::text[], $4::smallint[], $5::bigint[], $6::bigint[])
    AS row (program, limit_id, window_key, partition, points, minor_units)
ON CONFLICT (program, limit_id, window_key, partition) DO UPDATE
SET allotted_points = excluded.allotted_points, allotted_minor_units = excluded.allotted_minor_units
