-- Locks allotments in order: those of one lane (a partition), or all of a budget (null).
-- $1 programs, $2 limits, $3 windows, $4 partitions
SELECT
    a.program, a.limit_id, a.window_key, a.partition, a.allotted_points, a.allotted_minor_units, a.used_points,
    a.used_minor_units
FROM allotment AS a
JOIN unnest($1::text[], $2::text[], $3::text[], $4::smallint[]) AS k (program, limit_id, window_key, partition)
    ON a.program = k.program AND a.limit_id = k.limit_id AND a.window_key = k.window_key
    AND (k.partition IS NULL OR a.partition = k.partition)
ORDER BY a.program, a.limit_id, a.window_key, a.partition
FOR UPDATE OF a
