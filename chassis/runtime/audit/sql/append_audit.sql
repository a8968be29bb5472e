-- Appends one record. $1 number, $2 time, $3 phase, $4 intent number, $5 method, $6 caller, $7 roles, $8 program,
-- $9 kinds of subjects, $10 their ids, $11 origin, $12 certificate, $13 caller's location, $14 result, $15 suppressed,
-- $16 request id, $17 trace id, $18 items, $19 of them refused, $20 content hash, $21 hash.
INSERT INTO audit_log (
    number, record_time, phase, intent_number, method, caller, roles, program_id, subject_kinds, subject_ids, origin,
    certificate, caller_location_id, result, suppressed, request_id, trace_id, items, refused_items, content_hash, hash
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)
