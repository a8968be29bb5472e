-- Existing programs on their way out of the pool, and how many lines have not gone back yet.
SELECT
    pooling.program, pooling.source,
    (
        SELECT count(*)
        FROM balance_import AS import
        JOIN balance_import_line AS line ON line.program = import.program AND line.import_id = import.import_id
        WHERE import.program = pooling.program AND import.source = pooling.source AND import.state = 'withdrawing'
            AND line.withdrawn IS NULL AND line.kind = 'points' AND line.accrual_id <> ''
    ) AS lines_left
FROM pooling
WHERE state = 'leaving'
