-- Commands that leave without a kept outcome take their request ids with them.
-- $1 keys
DELETE FROM request_key WHERE key = ANY($1::bytea[])
