-- The log grows.
INSERT INTO event (
    partition, position, program, type, post_time, payload, answer, hash
)
SELECT
    partition, position, program, type, post_time, payload, answer, hash
FROM unnest(
    $1::smallint[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::bytea[], $7::bytea[], $8::bytea[]
) AS row (
    partition, position, program, type, post_time, payload, answer, hash
)
