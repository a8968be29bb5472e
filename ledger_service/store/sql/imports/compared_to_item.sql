-- Keeps how far a shadow was compared.
-- $1 text: program. $2 text: existing program. $3 bigint: item.
UPDATE pooling
SET last_item = $3
WHERE program = $1 AND source = $2
