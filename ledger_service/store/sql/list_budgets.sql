-- Budgets with what all lanes have used, by limit and span.
-- $1 program, $2 limit (null: any), $3 limit and $4 span of the page's end before (both empty: the first page), $5 how
-- many at most
SELECT
    b.limit_id, b.window_key, b.limit_points, b.limit_minor_units, b.currency,
    coalesce(u.points, 0) AS used_points, coalesce(u.minor_units, 0) AS used_minor_units
FROM budget AS b
LEFT JOIN LATERAL (
    SELECT sum(a.used_points)::bigint AS points, sum(a.used_minor_units)::bigint AS minor_units
    FROM allotment AS a
    WHERE a.program = b.program AND a.limit_id = b.limit_id AND a.window_key = b.window_key
) AS u ON true
WHERE b.program = $1 AND ($2::text IS NULL OR b.limit_id = $2) AND (b.limit_id, b.window_key) > ($3::text, $4::text)
ORDER BY b.limit_id, b.window_key
LIMIT $5
