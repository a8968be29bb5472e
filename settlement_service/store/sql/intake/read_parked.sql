-- Events that are parked now.
SELECT partition, position
  FROM parked_event
 WHERE resolve_time IS NULL
