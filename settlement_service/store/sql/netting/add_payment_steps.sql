-- Brings payments to a state. $1 program, $2 payments, $3 numbers of the steps, $4 state, $5 caller, $6 name, $7 reason,
-- $8 time.
INSERT INTO payment_step (program, payment_id, step, state, caller, signed_name, reason, step_time)
SELECT $1, s.payment_id, s.step, $4, $5, $6, $7, $8
  FROM unnest($2::text[], $3::integer[]) AS s (payment_id, step)
