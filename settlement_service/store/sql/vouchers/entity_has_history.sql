-- True if an entity has ever had a posting. $1 program, $2 entity.
SELECT EXISTS (SELECT FROM account_total WHERE program = $1 AND entity_id = $2)
