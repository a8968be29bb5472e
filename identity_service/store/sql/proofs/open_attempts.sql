-- Makes sure that attempts of a member are counted.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: method.
INSERT INTO proof_attempts (bucket, program_id, member_id, method, failures, next_time)
VALUES ($1, $2, $3, $4, 0, to_timestamp(0))
ON CONFLICT (bucket, program_id, member_id, method) DO NOTHING
