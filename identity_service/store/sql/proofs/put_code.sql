-- Makes a new code, in the place of the one before.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: purpose. $5 bytea: salt.
-- $6 bytea: hash of the request for it. $7 timestamptz: until when it is good.
INSERT INTO one_time_code (
    bucket, program_id, member_id, purpose, salt, request_hash, attempts, expire_time, used
)
VALUES ($1, $2, $3, $4, $5, $6, 0, $7, false)
ON CONFLICT (bucket, program_id, member_id, purpose) DO UPDATE SET
    salt = excluded.salt,
    request_hash = excluded.request_hash,
    attempts = 0,
    expire_time = excluded.expire_time,
    used = false
