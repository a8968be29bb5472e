-- What went back of accruals in all, also of points that were given back to them since.
-- $1 text: program. $2 smallint[]: buckets. $3 text[]: homes. $4 text[]: accruals.
SELECT asked.accrual_id, sum(movement.points)::bigint AS points
FROM unnest($2::smallint[], $3::text[], $4::text[]) AS asked (bucket, home, accrual_id)
JOIN movement
    ON movement.bucket = asked.bucket
    AND movement.program = $1
    AND movement.home = asked.home
    AND movement.accrual_id = asked.accrual_id
WHERE movement.kind = 'reversed' AND movement.cause = 'import'
GROUP BY asked.accrual_id
