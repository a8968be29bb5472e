-- What members and tills spent since a moment. $1 programs, $2 roots, $3 callers, $4 locations (one a spend, in parallel),
-- $5 since
SELECT partition, position, program, root, caller, location_id, region, post_time
FROM spend_trail
WHERE
    post_time >= $5
    AND (
        (program, root) IN (SELECT asked.program, asked.root FROM unnest($1::text[], $2::text[]) AS asked (program, root))
        OR (program, caller, location_id) IN (
            SELECT asked.program, asked.caller, asked.location_id
            FROM unnest($1::text[], $3::text[], $4::text[]) AS asked (program, caller, location_id)
        )
    )
ORDER BY post_time, partition, position
