-- Where a program stands: the sequence that is live.
-- $1 program_id
SELECT sequence
FROM publication
WHERE program_id = $1
ORDER BY sequence DESC
LIMIT 1
