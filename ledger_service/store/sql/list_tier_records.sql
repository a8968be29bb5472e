-- The latest records of a member's tiers, so many of each ladder, the newest first.
-- $1 bucket, $2 program, $3 home, $4 ladder ids, $5 how many of each
SELECT r.ladder_id, r.version, r.day, r.tier, r.until, r.post_time, r.partition, r.position
FROM unnest($4::text[]) AS k (ladder_id)
CROSS JOIN LATERAL (
    SELECT t.ladder_id, t.version, t.day, t.tier, t.until, t.post_time, t.partition, t.position
    FROM tier_record AS t
    WHERE t.bucket = $1 AND t.program = $2 AND t.home = $3 AND t.ladder_id = k.ladder_id
    ORDER BY t.version DESC, t.day DESC
    LIMIT $5
) AS r
ORDER BY r.ladder_id, r.version DESC, r.day DESC
