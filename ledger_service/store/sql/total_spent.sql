-- What a wallet has spent since a time, minor units of one currency, without the captures of one authorization.
-- $1 home buckets, $2 program, $3 homes, $4 currency, $5 since, $6 authorization or ''
SELECT coalesce(sum(r.value), 0)::bigint AS minor_units
FROM unnest($1::smallint[], $3::text[]) AS k (bucket, home)
JOIN redemption AS r ON r.bucket = k.bucket AND r.program = $2 AND r.root = k.home
WHERE r.post_time > $5 AND r.currency = $4 AND (r.authorization_id = '' OR r.authorization_id <> $6)
