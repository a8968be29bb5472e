-- The proofs behind new redemptions.
-- $1… columns of the rows, as named.
INSERT INTO redemption_proof (bucket, program, redemption_id, method, proof_id)
SELECT bucket, program, redemption_id, method, proof_id
FROM unnest($1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[]) AS row (
    bucket, program, redemption_id, method, proof_id
)
