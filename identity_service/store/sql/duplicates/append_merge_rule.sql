-- The next version of a program's merge rule; no row comes back if there is one of that number.
-- $1 text: program. $2 integer: version. $3 jsonb: rule. $4 text: reason. $5 text: decided by. $6 timestamptz: now.
-- $7 text: caller. $8 text: request id.
INSERT INTO merge_rule (program_id, version, rule, reason, decided_by, set_time, caller, request_id)
VALUES ($1, $2, $3::jsonb, $4, $5, $6, $7, $8)
ON CONFLICT (program_id, version) DO NOTHING
RETURNING version
