-- Uses a token up; no row comes back if it was used. Some that have long expired go with it.
-- $1 bytea: hash of key and nonce. $2 timestamptz: when the token expires. $3 timestamptz: now.
WITH gone AS (
    DELETE FROM used_nonce
    WHERE nonce IN (
        SELECT nonce
        FROM used_nonce
        WHERE expire_time < $3::timestamptz - interval '1 hour'
        ORDER BY expire_time
        LIMIT 10
        FOR UPDATE SKIP LOCKED
    )
)
INSERT INTO used_nonce (nonce, expire_time)
VALUES ($1, $2)
ON CONFLICT (nonce) DO NOTHING
RETURNING nonce
