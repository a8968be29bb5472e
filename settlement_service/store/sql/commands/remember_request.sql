-- Records a request id, which this transaction has locked, with what its command makes. $1 program, $2 caller,
-- $3 request id, $4 fingerprint, $5 outcome id.
INSERT INTO request_key (program, caller, request_id, fingerprint, outcome_id)
VALUES ($1, $2, $3, $4, $5)
