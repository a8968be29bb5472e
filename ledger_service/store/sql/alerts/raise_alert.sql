-- Keeps an alert. $1 id, $2 program, $3 kind, $4 root, $5 location, $6 caller, $7 partitions and $8 positions of the
-- evidence, $9 post time
INSERT INTO alert (alert_id, program, kind, root, location_id, caller, partitions, positions, post_time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
