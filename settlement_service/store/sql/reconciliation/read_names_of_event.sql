-- The movements of one event. $1 partition, $2 position.
SELECT m.home_member_id, m.sequence
  FROM booked_movement AS m
  JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position AND v.program = m.program
 WHERE v.partition = $1 AND v.position = $2
 ORDER BY m.home_member_id, m.sequence
