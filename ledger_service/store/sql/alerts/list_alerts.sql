-- Alerts of a program in the order of raising. $1 program, $2 behind number, $3 open ones alone, $4 at most
SELECT
    number, alert_id, program, kind, root, location_id, caller, partitions, positions, post_time, acknowledged_by,
    acknowledge_time
FROM alert
WHERE program = $1 AND number > $2 AND (NOT $3 OR acknowledge_time IS NULL)
ORDER BY number
LIMIT $4
