-- A page of disputes, the latest first. $1 program, $2 only open ones, $3 numbered below this or empty, $4 limit.
SELECT dispute_id, parent_line, period_sequence, document, reason, caller, signed_name, open_time, close_caller,
       close_name, close_reason, close_time
  FROM dispute
 WHERE program = $1 AND (NOT $2 OR close_time IS NULL) AND ($3 = '' OR dispute_id < $3)
 ORDER BY dispute_id DESC
 LIMIT $4
