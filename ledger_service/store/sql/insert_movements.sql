-- Movements are appended.
INSERT INTO movement (
    bucket, program, home, sequence, accrual_id, kind, points, remaining_after, held_after, cause, cause_id,
    line_number, value_currency, value, price_currency, price, pays_home, pays_sequence, occur_time, post_time,
    available_time, expire_time, partition, position, hash
)
SELECT
    bucket, program, home, sequence, accrual_id, kind, points, remaining_after, held_after, cause, cause_id,
    line_number, value_currency, value, price_currency, price, pays_home, pays_sequence, occur_time, post_time,
    available_time, expire_time, partition, position, hash
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bigint[],
    $9::bigint[], $10::text[], $11::text[], $12::integer[], $13::text[], $14::bigint[], $15::text[], $16::bigint[],
    $17::text[], $18::bigint[], $19::timestamptz[], $20::timestamptz[], $21::timestamptz[], $22::timestamptz[],
    $23::smallint[], $24::bigint[], $25::bytea[]
) AS row (
    bucket, program, home, sequence, accrual_id, kind, points, remaining_after, held_after, cause, cause_id,
    line_number, value_currency, value, price_currency, price, pays_home, pays_sequence, occur_time, post_time,
    available_time, expire_time, partition, position, hash
)
