-- How far a partition was watched. $1 partition, $2 position
UPDATE alert_cursor SET position = $2 WHERE partition = $1
