-- When callers last spent, of what is remembered. In parallel: $1 programs, $2 callers
SELECT asked.program, asked.caller, last.post_time
FROM (SELECT DISTINCT each.program, each.caller FROM unnest($1::text[], $2::text[]) AS each (program, caller)) AS asked
CROSS JOIN LATERAL (
    SELECT trail.post_time
    FROM spend_trail AS trail
    WHERE trail.program = asked.program AND trail.caller = asked.caller
    ORDER BY trail.post_time DESC
    LIMIT 1
) AS last
