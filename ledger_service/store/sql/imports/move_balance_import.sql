-- Moves an import on, unless somebody else did. A commit begins with what was compared, so not if more has been staged,
-- nor if its source is on its way out of the pool.
-- $1 text: program. $2 text: import. $3 text: state before. $4 text: state after. $5 text: who signs. $6 timestamptz:
-- when the commit began, or null. $7 integer: the last line as it was found.
UPDATE balance_import
SET state = $4, done_line = CASE WHEN $3 = $4 THEN done_line ELSE 0 END,
    signed_by = CASE WHEN $5 = '' THEN signed_by ELSE $5 END, commit_time = coalesce(commit_time, $6)
WHERE program = $1 AND import_id = $2 AND state = $3
    AND ($4 <> 'committing' OR last_line = $7)
    AND NOT (
        $4 = 'committing' AND EXISTS (
            SELECT FROM pooling
            WHERE pooling.program = $1 AND pooling.source = balance_import.source AND pooling.state = 'leaving'
        )
    )
