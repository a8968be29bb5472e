-- Keeps who answers for a difference; touches no row if somebody does. $1 program, $2 run, $3 figure, $4 reason,
-- $5 caller, $6 name, $7 voucher (empty: none), $8 time.
INSERT INTO difference_acceptance (program, reconciliation_id, figure, reason, caller, signed_name, voucher_id, accept_time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    ON CONFLICT (program, reconciliation_id, figure) DO NOTHING
