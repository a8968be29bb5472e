-- Says who looked at an alert, unless somebody did. $1 program, $2 id, $3 who, $4 when
UPDATE alert SET
    acknowledged_by = CASE WHEN acknowledge_time IS NULL THEN $3 ELSE acknowledged_by END,
    acknowledge_time = coalesce(acknowledge_time, $4)
WHERE program = $1 AND alert_id = $2
RETURNING
    number, alert_id, program, kind, root, location_id, caller, partitions, positions, post_time, acknowledged_by,
    acknowledge_time
