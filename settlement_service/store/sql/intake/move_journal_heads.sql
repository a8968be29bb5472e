-- Moves the ends of journals that this transaction has locked. $1 programs, $2 entry numbers, $3 hashes.
UPDATE journal_head AS h
   SET entry_number = m.entry_number, hash = m.hash
  FROM unnest($1::text[], $2::bigint[], $3::bytea[]) AS m (program, entry_number, hash)
 WHERE h.program = m.program
