-- Which of these lines are part of a netting, and of which. $1 program, $2 line ids.
SELECT line_id, netting_id
  FROM netting_line
 WHERE program = $1 AND line_id = ANY ($2::text[]) AND NOT disputed
