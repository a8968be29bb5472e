-- Keeps what became of a caller's request.
-- $1 program_id, $2 caller, $3 request_id, $4 intent_hash, $5 base_sequence, $6 sequence
INSERT INTO change_request (program_id, caller, request_id, intent_hash, base_sequence, sequence)
VALUES ($1, $2, $3, $4, $5, $6)
