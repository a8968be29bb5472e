-- The redeemed movements of accruals that repayments may still pay.
-- $1 buckets, $2 programs, $3 accruals
SELECT
    b.program, b.accrual_id, b.home, b.sequence, b.points, b.currency, b.price, b.borne, b.post_time, b.pays_home,
    b.pays_sequence, b.debtor, b.repaid_points, b.repaid_price, b.restored_points, b.restored_price, b.waived
FROM burn AS b
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, accrual_id)
    ON b.bucket = k.bucket AND b.program = k.program AND b.accrual_id = k.accrual_id
WHERE b.repaid_points + b.restored_points < b.points
