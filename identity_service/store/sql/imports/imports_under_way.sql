-- Imports that are neither staged nor ended, by the index of those of which a program has one at most.
SELECT program_id, import_id, state, done_line
FROM member_import
WHERE state IN ('CLAIMING', 'RELEASING', 'SETTLING', 'ABANDONING')
