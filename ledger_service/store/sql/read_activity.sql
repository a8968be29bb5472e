-- What homes did on local days, each from a day of its own on; orders over several brands with the names of those, by
-- comma, and no currency.
-- $1 buckets, $2 programs, $3 homes, $4 first days
SELECT a.program, a.home, a.day, a.brand, a.currency, a.spend, a.base_points, a.all_points, a.orders
FROM activity AS a
JOIN unnest($1::smallint[], $2::text[], $3::text[], $4::date[]) AS k (bucket, program, home, since)
    ON a.bucket = k.bucket AND a.program = k.program AND a.home = k.home AND a.day >= k.since
UNION ALL
SELECT m.program, m.home, m.day, m.brands, '', 0, 0, 0, m.orders
FROM activity_mixed AS m
JOIN unnest($1::smallint[], $2::text[], $3::text[], $4::date[]) AS k (bucket, program, home, since)
    ON m.bucket = k.bucket AND m.program = k.program AND m.home = k.home AND m.day >= k.since
