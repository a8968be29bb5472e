-- The latest post time of a program's events: each is that of the wallet it changed.
-- $1 program
SELECT max(last_post_time) AS latest FROM wallet WHERE program = $1
