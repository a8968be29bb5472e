-- A proof that was accepted for a use.
-- $1 bytea: hash of the use.
SELECT proof_id, member_id, method, purpose
FROM member_proof
WHERE use_hash = $1
