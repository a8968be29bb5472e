-- The files a sequence was made from.
-- $1 program_id, $2 sequence
SELECT path, content
FROM program_file
WHERE program_id = $1 AND sequence = $2
ORDER BY path COLLATE "C"
