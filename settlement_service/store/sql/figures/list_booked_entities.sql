-- Entities that have books. $1 program.
SELECT DISTINCT entity_id FROM account_total WHERE program = $1 ORDER BY entity_id
