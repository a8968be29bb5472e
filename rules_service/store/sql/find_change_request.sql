-- What became of a caller's request.
-- $1 program_id, $2 caller, $3 request_id
SELECT intent_hash, base_sequence, sequence
FROM change_request
WHERE program_id = $1 AND caller = $2 AND request_id = $3
