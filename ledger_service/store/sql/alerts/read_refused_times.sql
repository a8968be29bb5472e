-- When proofs of a member were refused that are judged. $1 program, $2 root, $3 since
SELECT refuse_time
FROM refused_proof
WHERE program = $1 AND root = $2 AND refuse_time > $3 AND judged
