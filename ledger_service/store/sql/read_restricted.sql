-- Points of a wallet that can be spent at a time, but not everywhere, by their scope.
-- $1 home buckets, $2 program, $3 homes, $4 as of
SELECT a.scope, sum(a.remaining)::bigint AS points
FROM unnest($1::smallint[], $3::text[]) AS k (bucket, home)
JOIN accrual AS a ON a.bucket = k.bucket AND a.program = $2 AND a.home = k.home
LEFT JOIN wallet AS w ON w.bucket = k.bucket AND w.program = $2 AND w.member = k.home
WHERE a.remaining > 0 AND (a.scope = '') = false
    AND (a.available_time IS NULL OR a.available_time <= $4)
    AND (
        a.expire_time IS NULL OR a.expire_time > $4
        OR w.last_activity_time + make_interval(months => a.rolling_months, days => a.rolling_days) > $4
    )
GROUP BY a.scope
