-- The next refused proofs. $1 at most
SELECT number, program, root, caller, location_id, refuse_time
FROM refused_proof
WHERE NOT judged
ORDER BY number
LIMIT $1
