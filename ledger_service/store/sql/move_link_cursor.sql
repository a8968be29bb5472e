-- Up to this position all changes of a program were told; a process that is behind another takes nothing back.
-- $1 program, $2 position
INSERT INTO link_cursor AS c (program, position)
VALUES ($1, $2)
ON CONFLICT (program) DO UPDATE SET position = greatest(c.position, excluded.position)
