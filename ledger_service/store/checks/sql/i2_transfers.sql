-- I2: what left for another member is what was sent, and it arrives all at once or not yet
-- $1 program
WITH moved AS (
    SELECT
        m.cause_id,
        coalesce(sum(m.points) FILTER (WHERE m.kind = 'transferred_out'), 0) AS gone,
        coalesce(sum(m.points) FILTER (WHERE m.kind = 'transferred_in'), 0) AS come
    FROM movement AS m
    WHERE m.program = $1 AND m.cause = 'transfer'
    GROUP BY m.cause_id
), kept AS (
    SELECT
        t.transfer_id, t.state,
        (
            SELECT sum((part ->> 'points')::numeric)
            FROM jsonb_array_elements(convert_from(t.details, 'UTF8')::jsonb -> 'parts') AS part
        ) AS points
    FROM transfer AS t
    WHERE t.program = $1
), facts AS (
    SELECT
        (m.gone, m.come) IS DISTINCT FROM (k.points, CASE k.state WHEN 'arrived' THEN k.points ELSE 0 END) AS broken,
        format('transfer %s is %s with %s points: %s left, %s arrived', coalesce(k.transfer_id, m.cause_id), k.state,
               k.points, m.gone, m.come) AS finding
    FROM kept AS k
    FULL JOIN moved AS m ON m.cause_id = k.transfer_id
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
