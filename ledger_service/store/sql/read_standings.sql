-- How far ladders were followed for members, and the tiers of homes that were set by hand; what a row is not is null.
-- $1 buckets, $2 programs, $3 roots; $4 buckets, $5 programs, $6 homes
SELECT
    t.program, t.root AS member, t.ladder_id, t.ladder, t.through, t.total, t.changes, t.turns, NULL AS manual_id,
    NULL AS tier, NULL::date AS start_day, NULL::date AS end_day, NULL AS reason, NULL AS approver
FROM ladder_track AS t
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, root)
    ON t.bucket = k.bucket AND t.program = k.program AND t.root = k.root
UNION ALL
SELECT
    m.program, m.home, m.ladder_id, NULL, NULL, NULL, NULL, NULL, m.manual_id, m.tier, m.start_day, m.end_day,
    m.reason, m.approver
FROM manual_tier AS m
JOIN unnest($4::smallint[], $5::text[], $6::text[]) AS k (bucket, program, home)
    ON m.bucket = k.bucket AND m.program = k.program AND m.home = k.home
