-- Records a request id with what its command makes; nothing if it is recorded already, also by a transaction that
-- ended while this one waited. $1 program, $2 caller, $3 request id, $4 fingerprint, $5 outcome id.
INSERT INTO request_key (program, caller, request_id, fingerprint, outcome_id)
VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (program, caller, request_id) DO NOTHING
