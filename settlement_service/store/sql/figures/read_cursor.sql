-- How far the books have come, per partition.
SELECT partition, position, event_hash
  FROM log_cursor
 ORDER BY partition
