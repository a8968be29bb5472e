-- I5: what returns took back is what they say, and the lines it was taken from count as returned
-- $1 program
WITH said AS (
    SELECT
        r.return_id, reversed ->> 'accrual_id' AS accrual_id, sum((reversed ->> 'reversed')::bigint) AS points
    FROM posted_return AS r
    CROSS JOIN LATERAL jsonb_array_elements(convert_from(r.details, 'UTF8')::jsonb -> 'reversed') AS reversed
    WHERE r.program = $1 AND r.state = 'posted'
    GROUP BY r.return_id, reversed ->> 'accrual_id'
), done AS (
    SELECT m.bucket, m.cause_id AS return_id, m.accrual_id, sum(m.points) AS points
    FROM movement AS m
    WHERE m.program = $1 AND m.kind = 'reversed' AND m.cause = 'return'
    GROUP BY m.bucket, m.cause_id, m.accrual_id
), facts AS (
    SELECT
        said.points <> coalesce(done.points, 0) AS broken,
        format('return %s: it says that %s lost %s points, movements say %s', said.return_id, said.accrual_id,
               said.points, coalesce(done.points, 0)) AS finding
    FROM said
    LEFT JOIN done ON done.return_id = said.return_id AND done.accrual_id = said.accrual_id
    UNION ALL
    SELECT
        l.returned IS NULL,
        format('accrual %s: return %s took %s points back, line %s of %s does not count as returned', a.accrual_id,
               done.return_id, done.points, a.line_number, a.order_id)
    FROM done
    JOIN accrual AS a ON a.bucket = done.bucket AND a.program = $1 AND a.accrual_id = done.accrual_id
    LEFT JOIN returned_line AS l
        ON l.program = $1 AND l.order_id = a.order_id AND l.line_number = a.line_number
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
