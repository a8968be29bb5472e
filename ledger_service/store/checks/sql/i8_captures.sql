-- I8: authorizations were captured as they say, no more than was authorized, and not after their time-out
-- $1 program
WITH authorizations AS (
    SELECT
        h.hold_id, h.time_out, h.points,
        -- Numbers are ASCII, and LATIN1 takes every byte: text that was damaged is empty instead of an error.
        CASE WHEN pg_input_is_valid(convert_from(h.details, 'LATIN1'), 'jsonb')
            THEN convert_from(h.details, 'LATIN1')::jsonb -> 'spending'
        END AS spending
    FROM hold AS h
    WHERE h.program = $1 AND h.kind = 'authorization'
), captured AS (
    SELECT authorization_id, sum(points) AS points, sum(value) AS value, max(post_time) AS last_time
    FROM redemption
    WHERE program = $1 AND authorization_id <> ''
    GROUP BY authorization_id
), facts AS (
    SELECT
        (coalesce(c.points, 0), coalesce(c.value, 0)) IS DISTINCT FROM
            ((a.spending ->> 'captured_points')::numeric, (a.spending ->> 'captured_value')::numeric)
        OR coalesce(c.points, 0) + a.points > (a.spending ->> 'points')::numeric
        OR c.last_time >= a.time_out AS broken,
        format('authorization %s of %s points until %s: %s worth %s were captured until %s, %s are held',
               coalesce(a.hold_id, c.authorization_id), a.spending ->> 'points', a.time_out, coalesce(c.points, 0),
               coalesce(c.value, 0), c.last_time, a.points) AS finding
    FROM authorizations AS a
    FULL JOIN captured AS c ON c.authorization_id = a.hold_id
)
SELECT
    count(*) AS checked,
    count(*) FILTER (WHERE broken) AS violations,
    (array_agg(finding ORDER BY finding) FILTER (WHERE broken))[1:20] AS findings
FROM facts
