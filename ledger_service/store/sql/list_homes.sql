-- The homes of a program and the ends of their chains.
-- $1 program, $2 after bucket, $3 after home, $4 at most
SELECT bucket, member, length, hash
FROM home
WHERE program = $1 AND (bucket, member) > ($2, $3)
ORDER BY bucket, member
LIMIT $4
