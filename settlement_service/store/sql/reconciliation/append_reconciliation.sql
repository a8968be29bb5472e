-- Keeps a run; touches no row if it is kept already. $1 program, $2 id, $3 kind, $4 period (null: none), $5 scope,
-- $6 positions by partition, $7 compared, $8 caller, $9 time.
INSERT INTO reconciliation (program, reconciliation_id, kind, period_sequence, scope, up_to, compared, caller, run_time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
    ON CONFLICT (program, reconciliation_id) DO NOTHING
