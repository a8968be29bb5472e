-- Under which home of a wallet an accrual lies.
-- $1 buckets and $3 homes of the wallet, $2 program, $4 accrual id
SELECT a.home
FROM accrual AS a
WHERE a.bucket = ANY ($1::smallint[]) AND a.program = $2 AND a.home = ANY ($3::text[]) AND a.accrual_id = $4
