-- Lets one transaction with a request id go at a time, until it ends. $1 program, $2 caller, $3 request id.
SELECT pg_advisory_xact_lock(hashtextextended(concat_ws(' ', $1::text, $2::text, $3::text), 6))
