-- Members whose tier changes up to a day by time alone, the longest overdue first, page by page.
-- $1 program, $2 buckets, $3 day, $4 and $5 the last page's end (day, root), $6 limit
WITH page AS MATERIALIZED (
    SELECT bucket, program, root, changes
    FROM ladder_track
    WHERE program = $1 AND changes <= $3 AND (changes, root) > ($4, $5::text) AND bucket = ANY($2::smallint[])
    ORDER BY changes, root
    LIMIT $6
)
SELECT p.changes, p.root, w.version
FROM page AS p
JOIN wallet AS w ON w.bucket = p.bucket AND w.program = p.program AND w.member = p.root
ORDER BY p.changes, p.root
