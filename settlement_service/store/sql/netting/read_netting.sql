-- A netting. $1 program, $2 id.
SELECT n.netting_id, n.period_sequence, c.period, n.document, n.hash, n.caller, n.signed_name, n.post_time
  FROM netting AS n
  JOIN closed_period AS c ON c.program = n.program AND c.sequence = n.period_sequence
 WHERE n.program = $1 AND n.netting_id = $2
