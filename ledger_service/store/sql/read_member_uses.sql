-- What homes have used of limits of members, and the highest marks told.
-- $1 buckets, $2 programs, $3 homes, $4 limits, $5 windows
SELECT u.program, u.home, u.limit_id, u.window_key, u.points, u.minor_units, u.told
FROM limit_use AS u
JOIN unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[])
    AS k (bucket, program, home, limit_id, window_key)
    ON u.bucket = k.bucket AND u.program = k.program AND u.home = k.home AND u.limit_id = k.limit_id
    AND u.window_key = k.window_key
