-- Moves an existing program on; what was compared before is another shadow's.
-- $1 text: program. $2 text: existing program. $3 text: state. $4 integer: number of the change. $5 bytea: the change.
-- $6 smallint: partition. $7 bigint: position.
WITH moved AS (
    UPDATE pooling
    SET
        state = $3, number = $4,
        last_item = CASE WHEN $3 = 'shadow' THEN 0 ELSE last_item END,
        accepted_item = CASE WHEN $3 = 'shadow' THEN 0 ELSE accepted_item END,
        accepted_by = CASE WHEN $3 = 'shadow' THEN '' ELSE accepted_by END
    WHERE program = $1 AND source = $2
)
INSERT INTO pooling_change (program, source, number, details, partition, position)
VALUES ($1, $2, $4, $5, $6, $7)
