-- Events of a program that are parked now. $1 program.
SELECT partition, position, reason
  FROM parked_event
 WHERE program = $1 AND resolve_time IS NULL
 ORDER BY partition, position
