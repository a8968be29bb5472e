-- I4: a refused request left no event, an applied one exactly one, and no claim was left open
-- $1 program
--
-- Cuts of periods are named by their period and have no request.
WITH keys AS (
    SELECT e.partition, e.position, count(r.key) + (e.type IN ('period_cut', 'pooling_changed'))::integer AS requests
    FROM event AS e
    LEFT JOIN request_key AS r ON r.partition = e.partition AND r.position = e.position AND r.refusal IS NULL
    WHERE e.program = $1
    GROUP BY e.partition, e.position, e.type
), facts AS (
    SELECT requests <> 1 AS broken, format('event %s/%s has %s requests', partition, position, requests) AS finding
    FROM keys
    UNION ALL
    SELECT
        r.refusal IS NULL AND e.position IS NULL,
        format('request %s has neither an event nor a refusal', encode(r.key, 'hex'))
    FROM request_key AS r
    LEFT JOIN event AS e ON e.partition = r.partition AND e.position = r.position
    -- Ids of planned and applied corrections are taken, but not by commands.
    WHERE NOT EXISTS (SELECT FROM correction_request AS c WHERE c.key = r.key)
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
