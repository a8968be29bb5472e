-- First commands of members: their wallets begin.
INSERT INTO wallet (
    bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
    next_expire_time, pending_until, fence, merge_seq
)
SELECT
    bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
    next_expire_time, pending_until, fence, merge_seq
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
    $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::bigint[], $14::bigint[]
) AS row (
    bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
    next_expire_time, pending_until, fence, merge_seq
)
