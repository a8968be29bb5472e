-- When a wallet last earned or spent.
-- $1 bucket, $2 program, $3 root
SELECT last_activity_time
FROM wallet
WHERE bucket = $1 AND program = $2 AND member = $3
