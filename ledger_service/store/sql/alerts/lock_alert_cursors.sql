-- How far each partition was watched, for the one process that watches now; some rows missing where another one is
-- at it.
SELECT
    alert_cursor.partition,
    alert_cursor.position,
    head.position AS head,
    (SELECT count(*) FROM head AS every) AS partitions
FROM alert_cursor
INNER JOIN head ON head.partition = alert_cursor.partition
ORDER BY alert_cursor.partition
FOR UPDATE OF alert_cursor SKIP LOCKED
