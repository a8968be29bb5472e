-- Keeps by whom comparisons were accepted.
-- $1 text: program. $2 text: existing program. $3 bigint: up to this item. $4 text: who.
UPDATE pooling
SET accepted_item = $3, accepted_by = $4
WHERE program = $1 AND source = $2
