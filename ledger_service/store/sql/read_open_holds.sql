-- Open authorizations of a wallet.
-- $1 home buckets, $2 program, $3 homes
SELECT h.program, h.hold_id, h.root, h.kind, h.state, h.time_out, h.details
FROM unnest($1::smallint[], $3::text[]) AS k (bucket, home)
JOIN hold AS h ON h.bucket = k.bucket AND h.program = $2 AND h.root = k.home
WHERE h.state = 'open' AND h.kind = 'authorization'
