-- The revision a sequence made live.
-- $1 program_id, $2 sequence
SELECT p.program_id, p.sequence, p.revision, p.record_time, r.content
FROM publication AS p
JOIN revision AS r ON r.program_id = p.program_id AND r.revision = p.revision
WHERE p.program_id = $1 AND p.sequence = $2
