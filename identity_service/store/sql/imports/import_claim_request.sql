-- Keeps what a request id was used for; an earlier use stays.
-- $1 bytea: key hash. $2 bytea: fingerprint of the intent. $3 text: program, $4 text: import of a commit that may yet be
-- taken back; null where it may not.
INSERT INTO member_import_request (key_hash, intent, program_id, import_id)
VALUES ($1, $2, $3, $4)
ON CONFLICT (key_hash) DO NOTHING
