-- What a request id made. $1 program, $2 caller, $3 request id.
SELECT fingerprint, outcome_id
  FROM request_key
 WHERE program = $1 AND caller = $2 AND request_id = $3
