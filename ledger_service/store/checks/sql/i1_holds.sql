-- I1: what accruals have set aside is what open holds say, part by part
-- $1 program
WITH parts AS (
    SELECT h.bucket, h.root, h.hold_id, h.state, h.points, p.accrual_id, p.part_points
    FROM hold AS h
    LEFT JOIN LATERAL (
        SELECT part ->> 'accrual_id' AS accrual_id, (part ->> 'points')::bigint AS part_points
        FROM jsonb_array_elements(convert_from(h.details, 'UTF8')::jsonb -> 'parts') AS part
    ) AS p ON true
    WHERE h.program = $1
), of_accruals AS (
    SELECT accrual_id, sum(part_points) AS points
    FROM parts
    WHERE state = 'open' AND accrual_id IS NOT NULL
    GROUP BY accrual_id
), facts AS (
    SELECT
        coalesce(s.points, 0) <> coalesce(a.held, 0) AS broken,
        format('accrual %s: holds say %s, it says %s', coalesce(a.accrual_id, s.accrual_id), coalesce(s.points, 0),
               coalesce(a.held, 0)) AS finding
    FROM (SELECT accrual_id, held FROM accrual WHERE program = $1 AND held <> 0) AS a
    FULL JOIN of_accruals AS s ON s.accrual_id = a.accrual_id
    UNION ALL
    SELECT
        coalesce(sum(p.part_points), 0) <> p.points,
        format('hold %s of %s: its parts sum to %s, it says %s', p.hold_id, p.root, coalesce(sum(p.part_points), 0),
               p.points)
    FROM parts AS p
    GROUP BY p.bucket, p.root, p.hold_id, p.points
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
