-- Where every partition of the log stands.
SELECT partition, position FROM head ORDER BY partition
