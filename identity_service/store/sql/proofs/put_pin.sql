-- Sets what a PIN is checked by.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 bytea: salt. $5 bytea: verifier. $6 timestamptz: now.
INSERT INTO member_pin (bucket, program_id, member_id, salt, verifier, set_time)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (bucket, program_id, member_id) DO UPDATE SET
    salt = excluded.salt, verifier = excluded.verifier, set_time = excluded.set_time
