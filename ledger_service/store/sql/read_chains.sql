-- The ends of homes' movement chains.
-- $1 buckets, $2 programs, $3 homes
SELECT h.program, h.member, h.length, h.hash
FROM home AS h
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, member)
    ON h.bucket = k.bucket AND h.program = k.program AND h.member = k.member
