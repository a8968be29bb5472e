-- Burns that paid debts of accruals and were not given back; they lie with any home of the wallet.
-- $1 home buckets, $2 programs, $3 debtors
SELECT
    b.program, b.accrual_id, b.home, b.sequence, b.points, b.currency, b.price, b.borne, b.post_time, b.pays_home,
    b.pays_sequence, b.debtor, b.repaid_points, b.repaid_price, b.restored_points, b.restored_price, b.waived
FROM burn AS b
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, debtor)
    ON b.bucket = k.bucket AND b.program = k.program AND b.debtor = k.debtor
WHERE b.debtor <> '' AND b.restored_points < b.points
