-- Marks parked events as booked after all. $1 partitions, $2 positions.
UPDATE parked_event AS p
   SET resolve_time = clock_timestamp()
  FROM unnest($1::integer[], $2::bigint[]) AS b (partition, position)
 WHERE p.partition = b.partition AND p.position = b.position
