-- What a wallet has spent since a time and not been given back, minor units of one currency, without the captures of one
-- authorization. Of each redemption by itself: what comes back of an older one makes room for nothing.
-- $1 home buckets, $2 program, $3 homes, $4 currency, $5 since, $6 authorization or ''
SELECT coalesce(sum(r.value - back.value), 0)::bigint AS minor_units
FROM unnest($1::smallint[], $3::text[]) AS k (bucket, home)
JOIN redemption AS r ON r.bucket = k.bucket AND r.program = $2 AND r.root = k.home
CROSS JOIN LATERAL (
    SELECT coalesce(sum((piece ->> 'restored_value')::bigint), 0) AS value
    FROM jsonb_array_elements(convert_from(r.pieces, 'UTF8')::jsonb) AS pieces (piece)
) AS back
WHERE r.post_time > $5 AND r.currency = $4 AND (r.authorization_id = '' OR r.authorization_id <> $6)
