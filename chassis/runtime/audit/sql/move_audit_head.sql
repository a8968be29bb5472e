-- Moves the end of the chain. $1 number, $2 hash, $3 time of the last record appended.
UPDATE audit_head SET number = $1, hash = $2, record_time = $3
