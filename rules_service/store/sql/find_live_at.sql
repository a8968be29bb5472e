-- The revision that was live at a time: the latest publication that was known by then.
-- $1 program_id, $2 record_time
SELECT revision
FROM publication
WHERE program_id = $1 AND record_time <= $2
ORDER BY sequence DESC
LIMIT 1
