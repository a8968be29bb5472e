-- The ends of homes' movement chains move on.
INSERT INTO home (
    bucket, program, member, length, hash
)
SELECT
    bucket, program, member, length, hash
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::bigint[], $5::bytea[]
) AS row (
    bucket, program, member, length, hash
)
ON CONFLICT (bucket, program, member) DO UPDATE SET length = excluded.length, hash = excluded.hash
