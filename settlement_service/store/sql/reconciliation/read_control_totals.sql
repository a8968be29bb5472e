-- What a till said last. $1 program, $2 source, $3 location, $4 day.
SELECT version, document
  FROM control_total
 WHERE program = $1 AND source = $2 AND location_id = $3 AND business_date = $4
 ORDER BY version DESC
 LIMIT 1
