-- Keeps what a claimed intent led to.
-- $1 bytea: key hash. $2 smallint: bucket. $3 text: member. $4 boolean: created. $5 integer: entries of the history shown.
-- $6 integer: profile shown, by number. $7 bigint: the number of what it led to.
UPDATE request_key
SET member_bucket = $2, member_id = $3, created = $4, identifier_count = $5, profile = $6, number = $7
WHERE key_hash = $1 AND member_id IS NULL
