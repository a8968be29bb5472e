-- I2: per brand, movements sum to the closing: what remains and is held of its accruals
-- $1 program
WITH moved AS (
    SELECT a.brand, sum(CASE
            WHEN m.kind IN ('earned', 'imported', 'transferred_in', 'restored', 'repaid', 'adjusted') THEN m.points
            WHEN m.kind IN ('redeemed', 'expired', 'reversed', 'transferred_out') THEN -m.points
            ELSE 0
        END) AS points
    FROM movement AS m
    JOIN accrual AS a ON a.bucket = m.bucket AND a.program = m.program AND a.accrual_id = m.accrual_id
    WHERE m.program = $1
    GROUP BY a.brand
), closing AS (
    SELECT brand, sum(remaining + held) AS points FROM accrual WHERE program = $1 GROUP BY brand
), facts AS (
    SELECT
        m.points IS DISTINCT FROM c.points AS broken,
        format('brand %s: movements say %s, accruals %s', coalesce(m.brand, c.brand), m.points, c.points) AS finding
    FROM moved AS m
    FULL JOIN closing AS c ON c.brand = m.brand
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
