-- I5: a parked return is awaited by a sale that has not come, and what a sale is awaited by was parked
-- $1 program
WITH parked AS (
    SELECT r.return_id, r.home, r.state, r.home || '/' || r.return_id AS waits
    FROM posted_return AS r
    WHERE r.program = $1 AND r.park_time IS NOT NULL
), awaited AS (
    SELECT DISTINCT waits
    FROM document_key AS d
    CROSS JOIN LATERAL unnest(d.awaiting) AS waits
    WHERE d.program = $1 AND d.state = 'AWAITED'
), facts AS (
    SELECT
        (p.waits IS NULL OR (a.waits IS NULL AND p.state = 'parked')) AS broken,
        CASE WHEN p.waits IS NULL THEN format('a sale is awaited by %s, which was never parked', a.waits)
            ELSE format('return %s of %s waits for no sale', p.return_id, p.home)
        END AS finding
    FROM parked AS p
    FULL JOIN awaited AS a ON a.waits = p.waits
    UNION ALL
    SELECT d.awaiting = '{}', format('sale %s is awaited by nothing', encode(d.key, 'hex'))
    FROM document_key AS d
    WHERE d.program = $1 AND d.state = 'AWAITED'
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
