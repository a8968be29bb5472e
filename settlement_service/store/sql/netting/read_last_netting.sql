-- The last netting up to a period or beyond it. $1 program, $2 period sequence.
SELECT netting_id
  FROM netting
 WHERE program = $1 AND period_sequence >= $2
 ORDER BY post_time DESC, netting_id DESC
 LIMIT 1
