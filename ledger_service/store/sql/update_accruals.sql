-- Balances of accruals after a batch; everything else of them is frozen.
UPDATE accrual AS a
SET remaining = row.remaining, held = row.held, reversed = row.reversed, expired = row.expired,
    available_time = row.available_time, expire_time = row.expire_time
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
    $8::timestamptz[], $9::timestamptz[]
) AS row (
    bucket, program, accrual_id, remaining, held, reversed, expired, available_time, expire_time
)
WHERE a.bucket = row.bucket AND a.program = row.program AND a.accrual_id = row.accrual_id
