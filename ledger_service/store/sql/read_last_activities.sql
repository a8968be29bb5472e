-- When homes were last active, for what rolls.
-- $1 buckets, $2 programs, $3 homes
SELECT w.member, w.last_activity_time
FROM wallet AS w
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, home)
    ON w.bucket = k.bucket AND w.program = k.program AND w.member = k.home
WHERE w.last_activity_time IS NOT NULL
