-- A page of a program's members whose ladders were followed.
-- $1 program, $2 and $3 the last page's end (bucket, root), $4 limit
SELECT DISTINCT bucket, root
FROM ladder_track
WHERE program = $1 AND (bucket, program, root) > ($2, $1, $3::text)
ORDER BY bucket, root
LIMIT $4
