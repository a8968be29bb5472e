-- Begins an import, unless it was begun before.
-- $1 text: program. $2 text: import. $3 text: source program. $4 boolean: dry run. $5 text: caller. $6 timestamptz: now.
INSERT INTO member_import (program_id, import_id, source_program_id, dry_run, state, caller, begin_time)
VALUES ($1, $2, $3, $4, 'STAGED', $5, $6)
ON CONFLICT (program_id, import_id) DO NOTHING
