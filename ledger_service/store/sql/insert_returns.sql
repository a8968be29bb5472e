-- Returns are kept as posted.
INSERT INTO posted_return (
    bucket, program, return_id, home, document, post_time
)
SELECT
    bucket, program, return_id, home, document, post_time
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::bytea[], $6::timestamptz[]
) AS row (
    bucket, program, return_id, home, document, post_time
)
