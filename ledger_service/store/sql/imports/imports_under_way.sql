-- Imports of balances that are being committed, and how far they are.
SELECT program, import_id, done_line FROM balance_import WHERE state = 'committing'
