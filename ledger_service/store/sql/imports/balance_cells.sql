-- What the lines of points of an import come to, by brand and month of expiry.
-- $1 text: program. $2 text: import.
SELECT
    brand, coalesce(to_char(expire_time AT TIME ZONE 'UTC', 'YYYY-MM'), '') AS expire_month,
    count(*) AS lines, sum(old_points) AS old_points, sum(new_points) AS new_points, sum(remainder) AS remainder
FROM balance_import_line
WHERE program = $1 AND import_id = $2 AND kind = 'points'
GROUP BY 1, 2
ORDER BY 1, 2
