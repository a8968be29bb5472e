-- Where every partition of the log stands, with the hash of its last event.
SELECT partition, position, hash FROM head ORDER BY partition
