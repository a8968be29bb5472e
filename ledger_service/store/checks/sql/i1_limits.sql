-- I1: what is counted against limits, in points and in money, is what stands of the grants that they cover
-- $1 program
WITH counted AS (
    SELECT
        a.bucket, a.home, a.limits, greatest(0, a.granted + a.corrected - a.reversed - a.shift)::numeric AS points,
        a.rate_numerator::numeric AS numerator, a.rate_denominator::numeric AS denominator
    FROM accrual AS a
    WHERE a.program = $1 AND a.limits <> ''
), stands AS (
    SELECT
        -- Limits of members are counted for each home, the others for all homes together.
        CASE WHEN l.value ->> 1 = 'member' THEN c.bucket ELSE -1 END AS bucket,
        CASE WHEN l.value ->> 1 = 'member' THEN c.home ELSE '' END AS home,
        l.value ->> 0 AS limit_id, l.value ->> 2 AS window_key,
        sum(c.points) AS points,
        -- What was earned in another currency than the limit's counts no money.
        sum(CASE
            WHEN (l.value ->> 3)::boolean THEN div(2 * c.points * c.numerator + c.denominator, 2 * c.denominator)
            ELSE 0
        END) AS minor_units
    FROM counted AS c
    CROSS JOIN LATERAL jsonb_array_elements(c.limits::jsonb) AS l (value)
    GROUP BY 1, 2, 3, 4
), used AS (
    SELECT bucket, home, limit_id, window_key, points::numeric AS points, minor_units::numeric AS minor_units
    FROM limit_use
    WHERE program = $1
    UNION ALL
    SELECT -1, '', limit_id, window_key, sum(used_points), sum(used_minor_units)
    FROM allotment
    WHERE program = $1
    GROUP BY limit_id, window_key
), facts AS (
    SELECT
        (coalesce(s.points, 0), coalesce(s.minor_units, 0))
            IS DISTINCT FROM (coalesce(u.points, 0), coalesce(u.minor_units, 0)) AS broken,
        format('limit %s in %s%s: %s points and %s minor units stand, %s and %s are counted',
               coalesce(s.limit_id, u.limit_id), coalesce(s.window_key, u.window_key),
               CASE WHEN coalesce(s.home, u.home) <> '' THEN ' of ' || coalesce(s.home, u.home) END, coalesce(s.points, 0), coalesce(s.minor_units, 0),
               coalesce(u.points, 0), coalesce(u.minor_units, 0)) AS finding
    FROM stands AS s
    FULL JOIN used AS u
        ON s.bucket = u.bucket AND s.home = u.home AND s.limit_id = u.limit_id AND s.window_key = u.window_key
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
