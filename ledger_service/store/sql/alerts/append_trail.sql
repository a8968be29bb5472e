-- Remembers a spend. $1 partition, $2 position, $3 program, $4 root, $5 caller, $6 location, $7 region, $8 post time
INSERT INTO spend_trail (partition, position, program, root, caller, location_id, region, post_time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
