-- What was announced of a return, by its id alone: every bucket is asked, each by its key.
-- $1 program, $2 return id
SELECT h.program, h.hold_id, h.root, h.kind, h.state, h.time_out, h.details
FROM generate_series(0, 255) AS k (bucket)
JOIN hold AS h ON h.bucket = k.bucket::smallint AND h.program = $1 AND h.hold_id = $2 AND h.kind = 'return'
