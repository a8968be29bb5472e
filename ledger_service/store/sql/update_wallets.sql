-- Wallets after a batch; the version says that nobody wrote between our reading and this.
UPDATE wallet AS w
SET version = row.version, balance = row.balance, positive = row.positive, held = row.held, debt = row.debt,
    last_post_time = row.last_post_time, last_activity_time = row.last_activity_time,
    next_expire_time = row.next_expire_time, pending_until = row.pending_until, fence = row.fence,
    merge_seq = row.merge_seq
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
    $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::timestamptz[], $13::bigint[], $14::bigint[]
) AS row (
    bucket, program, member, version, balance, positive, held, debt, last_post_time, last_activity_time,
    next_expire_time, pending_until, fence, merge_seq
)
WHERE w.bucket = row.bucket AND w.program = row.program AND w.member = row.member AND w.version < row.version
RETURNING w.member
