-- What was recorded of members' tiers on ladders.
-- $1 buckets, $2 programs, $3 homes, $4 ladders
SELECT r.program, r.home, r.ladder_id, r.version, r.day, r.tier, r.until
FROM tier_record AS r
JOIN unnest($1::smallint[], $2::text[], $3::text[], $4::text[]) AS k (bucket, program, home, ladder_id)
    ON r.bucket = k.bucket AND r.program = k.program AND r.home = k.home AND r.ladder_id = k.ladder_id
