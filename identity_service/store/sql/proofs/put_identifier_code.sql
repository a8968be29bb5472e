-- Makes a new code to verify an identifier, in the place of the one before; how often any was told wrong stays.
-- $1 bytea: fingerprint. $2 bytea: salt. $3 bytea: hash of the request for it. $4 timestamptz: until when it is good.
INSERT INTO identifier_code (fingerprint, salt, request_hash, tries, expire_time, used, failures, next_time)
VALUES ($1, $2, $3, 0, $4, false, 0, to_timestamp(0))
ON CONFLICT (fingerprint) DO UPDATE SET
    salt = excluded.salt,
    request_hash = excluded.request_hash,
    tries = 0,
    expire_time = excluded.expire_time,
    used = false
