-- How often members have bought: orders that stand, by home and brand; under an empty brand what orders over several
-- brands were counted too often.
-- $1 buckets, $2 programs, $3 homes
SELECT a.program, a.home, a.brand, sum(a.orders)::bigint AS orders
FROM unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, home)
JOIN activity AS a ON a.bucket = k.bucket AND a.program = k.program AND a.home = k.home
WHERE a.orders > 0
GROUP BY a.program, a.home, a.brand
UNION ALL
SELECT m.program, m.home, '', sum(m.orders * (array_length(string_to_array(m.brands, ','), 1) - 1))::bigint AS orders
FROM unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, home)
JOIN activity_mixed AS m ON m.bucket = k.bucket AND m.program = k.program AND m.home = k.home
WHERE m.orders > 0
GROUP BY m.program, m.home
