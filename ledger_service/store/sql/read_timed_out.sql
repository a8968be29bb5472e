-- Open holds of a wallet whose time has run out, and the one that runs out next (so that the next time-out is known).
-- $1 home buckets, $2 program, $3 homes, $4 until
SELECT h.program, h.hold_id, h.root, h.kind, h.state, h.time_out, h.details
FROM unnest($1::smallint[], $3::text[]) AS k (bucket, home)
CROSS JOIN LATERAL (
    SELECT program, hold_id, root, kind, state, time_out, details
    FROM hold
    WHERE bucket = k.bucket AND program = $2 AND root = k.home AND state = 'open' AND time_out <= $4
    UNION ALL
    (
        SELECT program, hold_id, root, kind, state, time_out, details
        FROM hold
        WHERE bucket = k.bucket AND program = $2 AND root = k.home AND state = 'open' AND time_out > $4
        ORDER BY time_out
        LIMIT 1
    )
) AS h
