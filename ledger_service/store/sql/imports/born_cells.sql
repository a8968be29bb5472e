-- What was born of the lines of an import, by the movements of the ledger: a line without its birth counts nothing.
-- $1 text: program. $2 text: import.
SELECT
    line.brand, coalesce(to_char(line.expire_time AT TIME ZONE 'UTC', 'YYYY-MM'), '') AS expire_month,
    count(*) AS lines, sum(line.old_points) AS old_points, sum(coalesce(birth.points, 0)) AS new_points,
    sum(line.remainder) AS remainder
FROM balance_import_line AS line
LEFT JOIN LATERAL (
    SELECT movement.points
    FROM accrual
    JOIN movement
        ON movement.bucket = accrual.bucket
        AND movement.program = accrual.program
        AND movement.accrual_id = accrual.accrual_id
        AND movement.kind = 'imported'
    WHERE accrual.bucket = get_byte(sha256(
            int4send(octet_length(line.program)) || convert_to(line.program, 'UTF8')
            || int4send(octet_length(line.home)) || convert_to(line.home, 'UTF8')
        ), 0)
        AND accrual.program = line.program
        AND accrual.accrual_id = line.accrual_id
        AND accrual.brand = line.brand
        AND accrual.earn_time = line.earn_time
        AND (movement.expire_time IS NOT DISTINCT FROM line.expire_time)
) AS birth ON true
WHERE line.program = $1 AND line.import_id = $2 AND line.kind = 'points'
    AND (line.new_points = 0 OR birth.points IS NOT NULL)
GROUP BY 1, 2
ORDER BY 1, 2
