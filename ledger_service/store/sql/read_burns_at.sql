-- Redeemed movements by name.
-- $1 buckets, $2 programs, $3 homes, $4 sequences
SELECT
    b.program, b.accrual_id, b.home, b.sequence, b.points, b.currency, b.price, b.borne, b.post_time, b.pays_home,
    b.pays_sequence, b.debtor, b.repaid_points, b.repaid_price, b.restored_points, b.restored_price, b.waived
FROM burn AS b
JOIN unnest($1::smallint[], $2::text[], $3::text[], $4::bigint[]) AS k (bucket, program, home, sequence)
    ON b.bucket = k.bucket AND b.program = k.program AND b.home = k.home AND b.sequence = k.sequence
