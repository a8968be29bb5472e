-- Burns that paid debts of accruals and were not given back, wherever they lie: wallets that were one may have been
-- parted since. Through an index of what paid debts, in whatever bucket.
-- $1 programs, $2 debtors
SELECT
    b.program, b.accrual_id, b.home, b.sequence, b.points, b.currency, b.price, b.borne, b.post_time, b.pays_home,
    b.pays_sequence, b.debtor, b.repaid_points, b.repaid_price, b.restored_points, b.restored_price, b.waived
FROM burn AS b
JOIN unnest($1::text[], $2::text[]) AS k (program, debtor) ON b.program = k.program AND b.debtor = k.debtor
WHERE b.debtor <> '' AND b.restored_points < b.points
