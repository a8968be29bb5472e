-- What of budgets all lanes have used.
-- $1 programs, $2 limits, $3 windows
SELECT
    a.program, a.limit_id, a.window_key, sum(a.used_points)::bigint AS points,
    sum(a.used_minor_units)::bigint AS minor_units
FROM allotment AS a
JOIN unnest($1::text[], $2::text[], $3::text[]) AS k (program, limit_id, window_key)
    ON a.program = k.program AND a.limit_id = k.limit_id AND a.window_key = k.window_key
GROUP BY a.program, a.limit_id, a.window_key
