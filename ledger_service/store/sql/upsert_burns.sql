-- Burns begin, or repayments have paid more of them.
INSERT INTO burn (
    bucket, program, accrual_id, home, sequence, points, currency, price, repaid_points, repaid_price
)
SELECT
    bucket, program, accrual_id, home, sequence, points, currency, price, repaid_points, repaid_price
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::text[], $8::bigint[],
    $9::bigint[], $10::bigint[]
) AS row (
    bucket, program, accrual_id, home, sequence, points, currency, price, repaid_points, repaid_price
)
ON CONFLICT (bucket, program, accrual_id, home, sequence) DO UPDATE
SET repaid_points = excluded.repaid_points, repaid_price = excluded.repaid_price
