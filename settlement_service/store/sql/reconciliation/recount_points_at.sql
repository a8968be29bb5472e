-- Points by brand and kind up to a cursor, summed from the booked movements. $1 program, $2 partitions, $3 positions.
SELECT m.brand_id, m.kind, sum(m.points) AS points
  FROM booked_movement AS m
  JOIN unnest($2::integer[], $3::bigint[]) AS cut (partition, position)
    ON m.partition = cut.partition AND m.position <= cut.position
 WHERE m.program = $1
 GROUP BY m.brand_id, m.kind
