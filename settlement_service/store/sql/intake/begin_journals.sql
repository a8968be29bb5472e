-- Begins the journal of programs met for the first time. $1 programs.
INSERT INTO journal_head (program)
SELECT unnest($1::text[])
    ON CONFLICT (program) DO NOTHING
