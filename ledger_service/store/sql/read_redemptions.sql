-- Redemptions by id, with whichever home of their wallet they lie.
-- $1 buckets, $2 programs, $3 redemption ids
SELECT
    r.program, r.redemption_id, r.root, r.brand, r.redeemer, r.location_id, r.points, r.currency, r.value,
    r.rate_numerator, r.rate_denominator, r.revision, r.occur_time, r.post_time, r.authorization_id, r.order_id,
    r.pieces, p.method, p.proof_id
FROM redemption AS r
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, redemption_id)
    ON r.bucket = k.bucket AND r.program = k.program AND r.redemption_id = k.redemption_id
LEFT JOIN redemption_proof AS p
    ON p.bucket = r.bucket AND p.program = r.program AND p.redemption_id = r.redemption_id
