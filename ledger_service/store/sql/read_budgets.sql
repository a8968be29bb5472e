-- Budgets with what every lane has been allotted and has used; without locks.
-- $1 programs, $2 limits, $3 windows
SELECT
    k.program, k.limit_id, k.window_key, b.program IS NOT NULL AS known, b.limit_points, b.limit_minor_units, b.told,
    a.partition, a.allotted_points, a.allotted_minor_units, a.used_points, a.used_minor_units
FROM unnest($1::text[], $2::text[], $3::text[]) AS k (program, limit_id, window_key)
LEFT JOIN budget AS b
    ON b.program = k.program AND b.limit_id = k.limit_id AND b.window_key = k.window_key
LEFT JOIN allotment AS a
    ON a.program = k.program AND a.limit_id = k.limit_id AND a.window_key = k.window_key
