-- I3: an order lists exactly the redemptions that pay for it
-- $1 program
WITH listed AS (
    SELECT o.order_id, unnest(o.redemptions) AS redemption_id
    FROM posted_order AS o
    WHERE o.program = $1
), facts AS (
    SELECT
        r.order_id IS DISTINCT FROM l.order_id AS broken,
        format('redemption %s: it pays for order %s, listed by %s', coalesce(r.redemption_id, l.redemption_id),
               r.order_id, l.order_id) AS finding
    FROM (SELECT redemption_id, order_id FROM redemption WHERE program = $1 AND order_id <> '') AS r
    FULL JOIN listed AS l ON l.redemption_id = r.redemption_id
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
