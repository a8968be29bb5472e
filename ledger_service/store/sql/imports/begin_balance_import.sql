-- Begins an import of balances, unless it was begun before.
-- $1 text: program. $2 text: import. $3 bytea: header as JSON. $4 text: old program. $5 timestamptz: now.
INSERT INTO balance_import (program, import_id, header, source, state, begin_time)
VALUES ($1, $2, $3, $4, 'staged', $5)
ON CONFLICT (program, import_id) DO NOTHING
