-- I1: what is kept of members' days is what their sales count for, with what has come back of them
-- $1 program
--
-- Sales that name nobody count for nobody, and those of which no local date is kept for nothing.
WITH sales AS (
    SELECT
        o.bucket, o.order_id, o.home, o.local_day, convert_from(o.document, 'UTF8')::jsonb AS document
    FROM posted_order AS o
    WHERE o.program = $1 AND o.local_day > '-infinity' AND NOT starts_with(o.home, 'anon_')
), lines AS (
    SELECT
        s.bucket, s.order_id, s.home, s.local_day, s.document ->> 'currency' AS currency,
        (line ->> 'line_number')::integer AS line_number, line ->> 'brand' AS brand,
        greatest(0, coalesce((line ->> 'paid')::numeric, (line ->> 'net')::numeric)) AS base,
        NOT (line ->> 'discount_line')::boolean AND (line ->> 'net')::numeric > 0 AS bought
    FROM sales AS s
    CROSS JOIN LATERAL jsonb_array_elements(s.document -> 'lines') AS line
), standing AS (
    SELECT
        l.order_id, l.home, l.local_day, l.currency, l.brand,
        -- Half up: amounts and shares are never below 0.
        l.base - coalesce(div(2 * l.base * r.returned + r.sold, 2 * r.sold), 0) AS spend,
        l.bought AND coalesce(r.returned < r.sold, true) AS stands
    FROM lines AS l
    LEFT JOIN returned_line AS r
        ON r.bucket = l.bucket AND r.program = $1 AND r.order_id = l.order_id AND r.line_number = l.line_number
    WHERE l.brand <> ''
), earned AS (
    SELECT
        s.order_id, s.home, s.local_day, s.document ->> 'currency' AS currency, a.brand, a.kind,
        greatest(0, a.granted::numeric + a.corrected - greatest(
            coalesce(div(2 * (a.granted::numeric + a.corrected) * r.returned + r.sold, 2 * r.sold), 0),
            a.reversed::numeric + a.shift
        )) AS points
    FROM sales AS s
    JOIN accrual AS a ON a.bucket = s.bucket AND a.program = $1 AND a.order_id = s.order_id
    LEFT JOIN returned_line AS r
        ON r.bucket = s.bucket AND r.program = $1 AND r.order_id = s.order_id AND r.line_number = a.line_number
), shares AS (
    SELECT
        home, local_day, currency, brand, order_id, sum(spend) AS spend, bool_or(stands)::integer AS orders,
        0::numeric AS base_points, 0::numeric AS all_points
    FROM standing
    GROUP BY home, local_day, currency, brand, order_id
    UNION ALL
    SELECT
        home, local_day, currency, brand, order_id, 0, 0, coalesce(sum(points) FILTER (WHERE kind = 'base'), 0),
        sum(points)
    FROM earned
    GROUP BY home, local_day, currency, brand, order_id
), expected AS (
    SELECT
        home, local_day AS day, brand, currency, sum(spend) AS spend, sum(base_points) AS base_points,
        sum(all_points) AS all_points, sum(orders) AS orders
    FROM shares
    GROUP BY home, local_day, brand, currency
), mixed AS (
    SELECT home, local_day AS day, brands, count(*) AS orders
    FROM (
        SELECT home, local_day, order_id, string_agg(brand, ',' ORDER BY brand COLLATE "C") AS brands
        FROM (SELECT DISTINCT home, local_day, order_id, brand FROM standing WHERE stands) AS whole
        GROUP BY home, local_day, order_id
        HAVING count(*) > 1
    ) AS orders
    GROUP BY home, local_day, brands
), facts AS (
    SELECT
        (coalesce(e.spend, 0), coalesce(e.base_points, 0), coalesce(e.all_points, 0), coalesce(e.orders, 0))
            IS DISTINCT FROM (
                coalesce(k.spend, 0)::numeric, coalesce(k.base_points, 0)::numeric,
                coalesce(k.all_points, 0)::numeric, coalesce(k.orders, 0)::numeric
            ) AS broken,
        format('home %s on %s at %s in %s: its sales count for %s of money, %s and %s points, %s orders, but kept are %s, '
               '%s and %s, %s',
               coalesce(e.home, k.home), coalesce(e.day, k.day), coalesce(e.brand, k.brand),
               coalesce(e.currency, k.currency), e.spend, e.base_points, e.all_points, e.orders, k.spend,
               k.base_points, k.all_points, k.orders) AS finding
    FROM expected AS e
    FULL JOIN (
        SELECT home, day, brand, currency, spend, base_points, all_points, orders FROM activity WHERE program = $1
    ) AS k ON k.home = e.home AND k.day = e.day AND k.brand = e.brand AND k.currency = e.currency
    UNION ALL
    SELECT
        coalesce(e.orders, 0) <> coalesce(k.orders, 0),
        format('home %s on %s: %s orders stand over %s, kept are %s', coalesce(e.home, k.home),
               coalesce(e.day, k.day), e.orders, coalesce(e.brands, k.brands), k.orders)
    FROM mixed AS e
    FULL JOIN (
        SELECT home, day, brands, orders FROM activity_mixed WHERE program = $1
    ) AS k ON k.home = e.home AND k.day = e.day AND k.brands = e.brands
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
