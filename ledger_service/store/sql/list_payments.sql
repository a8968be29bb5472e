-- Repayments that stand: which accruals paid debts of one, and whose debts it paid, so many of each at most.
-- $1 home buckets of the wallet, $2 program, $3 accrual, $4 its bucket, $5 at most
(
    SELECT DISTINCT b.accrual_id AS payer, b.debtor
    FROM burn AS b
    WHERE b.bucket = ANY ($1::smallint[]) AND b.program = $2 AND b.debtor = $3 AND b.debtor <> ''
        AND b.restored_points < b.points
    ORDER BY payer, debtor
    LIMIT $5
)
UNION ALL
(
    SELECT DISTINCT b.accrual_id AS payer, b.debtor
    FROM burn AS b
    WHERE b.bucket = $4 AND b.program = $2 AND b.accrual_id = $3 AND b.debtor <> '' AND b.restored_points < b.points
    ORDER BY payer, debtor
    LIMIT $5
)
