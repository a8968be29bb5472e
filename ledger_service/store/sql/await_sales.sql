-- Leaves sales that have not come as awaited by a return; a sale that has come meanwhile does not come back.
-- $1 keys, $2 programs, $3 homes, $4 what waits, as home/return id
INSERT INTO document_key AS d (key, fingerprint, state, program, home, awaiting)
SELECT row.key, ''::bytea, 'AWAITED', row.program, row.home, ARRAY[row.waits]
FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[]) AS row (key, program, home, waits)
ORDER BY row.key
ON CONFLICT (key) DO UPDATE SET awaiting = d.awaiting || excluded.awaiting
WHERE d.state = 'AWAITED'
RETURNING d.key
