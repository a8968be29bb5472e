-- The last change of a program's links at a moment; 0: none yet.
-- $1 text: program. $2 timestamptz: the moment; null: now.
SELECT coalesce(max(position), 0)
FROM link_change
WHERE program_id = $1 AND ($2::timestamptz IS NULL OR change_time <= $2::timestamptz)
