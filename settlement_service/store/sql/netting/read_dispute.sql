-- A dispute. $1 program, $2 id.
SELECT dispute_id, parent_line, period_sequence, document, reason, caller, signed_name, open_time, close_caller,
       close_name, close_reason, close_time
  FROM dispute
 WHERE program = $1 AND dispute_id = $2
