-- The ends of programs' journals, locked in order of program. $1 programs.
SELECT program, entry_number, hash
  FROM journal_head
 WHERE program = ANY ($1::text[])
 ORDER BY program
   FOR UPDATE
