-- How far the links of members were followed, by program.
SELECT program, position FROM link_cursor
