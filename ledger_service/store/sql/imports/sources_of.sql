-- The existing programs of programs; they stay as they are until the transaction ends.
-- $1 text[]: programs.
SELECT program, source, state, locations, imports, gone, crossed FROM sources_of($1::text[])
