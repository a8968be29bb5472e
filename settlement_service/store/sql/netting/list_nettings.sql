-- A page of nettings, the latest first. $1 program, $2 numbered below this or empty, $3 limit.
SELECT n.netting_id, n.period_sequence, c.period, n.document, n.hash, n.caller, n.signed_name, n.post_time
  FROM netting AS n
  JOIN closed_period AS c ON c.program = n.program AND c.sequence = n.period_sequence
 WHERE n.program = $1 AND ($2 = '' OR n.netting_id < $2)
 ORDER BY n.netting_id DESC
 LIMIT $3
