-- Where a period was cut, by partition, as far as it is booked. $1 program, $2 period.
SELECT c.sequence, c.partition, c.position, (SELECT count(*) FROM log_cursor) AS partitions
  FROM period_cut AS c
 WHERE c.program = $1 AND c.period = $2
 ORDER BY c.partition
