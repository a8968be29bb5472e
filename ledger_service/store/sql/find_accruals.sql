-- Under which of some homes accruals lie, and of which brands they are.
-- $1 buckets, $2 program, $3 homes, $4 accrual ids
SELECT a.accrual_id, a.home, a.brand
FROM unnest($1::smallint[], $3::text[]) AS k (bucket, home)
CROSS JOIN unnest($4::text[]) AS n (accrual_id)
JOIN accrual AS a ON a.bucket = k.bucket AND a.program = $2 AND a.accrual_id = n.accrual_id AND a.home = k.home
