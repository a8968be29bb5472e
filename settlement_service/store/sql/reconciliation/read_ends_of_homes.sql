-- A page of homes with the last movement of each up to a cursor. $1 program, $2 after this home, $3 partitions,
-- $4 positions, $5 limit.
SELECT m.home_member_id, max(m.sequence) AS sequence
  FROM booked_movement AS m
  JOIN unnest($3::integer[], $4::bigint[]) AS cut (partition, position)
    ON m.partition = cut.partition AND m.position <= cut.position
 WHERE m.program = $1 AND m.home_member_id > $2
 GROUP BY m.home_member_id
 ORDER BY m.home_member_id
 LIMIT $5
