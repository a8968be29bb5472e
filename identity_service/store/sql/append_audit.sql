-- The record of a change, numbered on from the member's last. The member is locked or new.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 timestamptz: now. $5 text: action. $6 jsonb: detail.
-- $7 text: caller. $8 text[]: its roles. $9 text: request id. $10 text: trace id.
INSERT INTO audit_record (
    bucket, program_id, member_id, sequence, record_time, action, detail, caller, caller_roles, request_id, trace_id
)
SELECT $1, $2, $3, coalesce(max(sequence), 0) + 1, $4, $5, $6::jsonb, $7, $8::text[], $9, $10
FROM audit_record
WHERE bucket = $1 AND program_id = $2 AND member_id = $3
