-- A plan with the sales it looked at; nothing if it is kept already.
-- $1 program, $2 correction id, $3 state, $4 plan time, $5 details, then columns of its sales: $6 ordinals,
-- $7 order ids, $8 homes, $9 digests
WITH kept AS (
    INSERT INTO correction (program, correction_id, state, plan_time, details)
    VALUES ($1, $2, $3, $4, $5)
    ON CONFLICT (program, correction_id) DO NOTHING
    RETURNING program, correction_id
)
INSERT INTO correction_order (program, correction_id, order_id, home, ordinal, digest, state)
SELECT kept.program, kept.correction_id, row.order_id, row.home, row.ordinal, row.digest, 'planned'
FROM kept
CROSS JOIN unnest($6::integer[], $7::text[], $8::text[], $9::text[]) AS row (ordinal, order_id, home, digest)
