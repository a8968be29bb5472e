-- The imports of balances of an existing program that are no dry run, and how far they are.
-- $1 text: program. $2 text: existing program.
SELECT import_id, state
FROM balance_import
WHERE program = $1 AND source = $2 AND state NOT IN ('abandoned', 'withdrawn')
ORDER BY import_id
