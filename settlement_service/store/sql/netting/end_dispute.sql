-- Closes a dispute that is open. $1 program, $2 id, $3 caller, $4 name, $5 resolution, $6 time.
UPDATE dispute
   SET close_caller = $3, close_name = $4, close_reason = $5, close_time = $6
 WHERE program = $1 AND dispute_id = $2 AND close_time IS NULL
