-- Keeps that a proof was refused. $1 program, $2 root, $3 caller, $4 location or '', $5 time
INSERT INTO refused_proof (program, root, caller, location_id, refuse_time) VALUES ($1, $2, $3, $4, $5)
