-- A stretch of the chain in order. $1 after this number, $2 up to this one, $3 how many.
SELECT
    number, record_time, phase, intent_number, method, caller, roles, program_id, subject_kinds, subject_ids, origin,
    certificate, caller_location_id, result, suppressed, request_id, trace_id, items, refused_items, content_hash, hash
FROM audit_log
WHERE number > $1 AND number <= $2
ORDER BY number
LIMIT $3
