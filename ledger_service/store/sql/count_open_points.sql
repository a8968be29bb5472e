-- Points that are neither spendable nor spent, by kind: in how many places they lie, and how many. Buckets are named so
-- that each part reads a partial index of what is open.
-- $1 program, $2 the present: what is available later is pending
WITH buckets AS MATERIALIZED (
    SELECT array_agg(bucket::smallint) AS every FROM generate_series(0, 255) AS bucket
)
SELECT h.kind, count(*) AS places, coalesce(sum(h.points), 0)::bigint AS points
FROM hold AS h
WHERE h.bucket = ANY ((SELECT every FROM buckets)::smallint[]) AND h.program = $1 AND h.state = 'open'
GROUP BY h.kind
UNION ALL
SELECT 'debt', count(DISTINCT a.home), coalesce(-sum(a.remaining + a.held), 0)::bigint
FROM accrual AS a
WHERE a.bucket = ANY ((SELECT every FROM buckets)::smallint[]) AND a.program = $1 AND a.remaining + a.held < 0
UNION ALL
SELECT 'pending', count(*), coalesce(sum(a.remaining), 0)::bigint
FROM accrual AS a
WHERE a.bucket = ANY ((SELECT every FROM buckets)::smallint[]) AND a.program = $1
    AND a.remaining > 0 AND a.available_time > $2
