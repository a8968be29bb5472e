-- Adds to the orders over several brands of homes' days.
-- $1 buckets, $2 programs, $3 homes, $4 days, $5 brands, $6 orders
INSERT INTO activity_mixed AS m (bucket, program, home, day, brands, orders)
SELECT bucket, program, home, day, brands, orders
FROM unnest($1::smallint[], $2::text[], $3::text[], $4::date[], $5::text[], $6::bigint[])
    AS row (bucket, program, home, day, brands, orders)
ON CONFLICT (bucket, program, home, day, brands) DO UPDATE SET orders = m.orders + excluded.orders
