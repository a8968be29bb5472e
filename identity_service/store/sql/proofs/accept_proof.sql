-- Keeps that a proof was accepted; no row comes back if the use has one already.
-- $1 bytea: hash of the use. $2 text: proof. $3 text: program. $4 smallint: bucket. $5 text: member.
-- $6 smallint: method. $7 smallint: purpose. $8 text: location or ''. $9 timestamptz: now.
INSERT INTO member_proof (
    use_hash, proof_id, program_id, bucket, member_id, method, purpose, location_id, accept_time
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (use_hash) DO NOTHING
RETURNING proof_id
