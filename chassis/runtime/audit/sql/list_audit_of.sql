-- The same of those that name one subject. A statement of its own: plans are kept, and one for any question would read
-- the log instead of the index of subjects. $11 its id. $1 below this number, $2 whole log or $3 this program alone,
-- $4 from, $5 before, $6 caller, $7 method, $8 result (null: any), $9 intents without an outcome alone, $10 how many.
SELECT
    number, record_time, phase, intent_number, method, caller, roles, program_id, subject_kinds, subject_ids, origin,
    certificate, caller_location_id, result, suppressed, request_id, trace_id, items, refused_items, content_hash, hash
FROM audit_log
WHERE
    number < $1
    AND ($2 OR program_id = $3)
    AND record_time >= $4
    AND record_time < $5
    AND ($6::text IS NULL OR caller = $6)
    AND ($7::text IS NULL OR method = $7)
    AND ($8::text IS NULL OR result = $8)
    AND (
        NOT $9
        OR phase = 1 AND NOT EXISTS (
            SELECT 1 FROM audit_log AS ended WHERE ended.intent_number = audit_log.number AND ended.intent_number > 0
        )
    )
    AND subject_ids @> ARRAY[$11]::text[]
ORDER BY number DESC
LIMIT $10
