-- A plan goes from one state to the next; nothing if it is not in that state.
-- $1 program, $2 correction id, $3 new state, $4 plan time, $5 details, $6 state before
UPDATE correction SET state = $3, plan_time = $4, details = $5
WHERE program = $1 AND correction_id = $2 AND state = $6
