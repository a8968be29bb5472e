-- Which of some accruals expired in a span.
-- $1 program, $2 home buckets, $3 homes, $4 after, $5 up to, $6 accruals
SELECT DISTINCT m.accrual_id
FROM unnest($2::smallint[], $3::text[]) AS k (bucket, home)
JOIN movement AS m ON m.bucket = k.bucket AND m.program = $1 AND m.home = k.home
WHERE m.post_time > $4 AND m.post_time <= $5 AND m.kind = 'expired' AND m.accrual_id = ANY ($6::text[])
