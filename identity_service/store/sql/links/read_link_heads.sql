-- The end of every program's changes of links.
SELECT program_id, position
FROM link_head
