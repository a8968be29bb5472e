-- Lets an app sign; one that was taken back stays so.
-- $1 text: program. $2 text: key. $3 bytea: fingerprint of the installation. $4 bytea: public key.
-- $5 smallint: bucket. $6 text: member. $7 timestamptz: now.
INSERT INTO app_key (program_id, key_id, installation, public_key, bucket, member_id, register_time)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (program_id, key_id) DO NOTHING
