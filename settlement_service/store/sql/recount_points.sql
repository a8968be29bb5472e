-- Points by brand and kind, summed from the booked movements. $1 program.
SELECT brand_id, kind, sum(points) AS points
  FROM booked_movement
 WHERE program = $1
 GROUP BY brand_id, kind
