-- Forgets how far ladders were followed for a member who was merged into another.
-- $1 bucket, $2 program, $3 root
DELETE FROM ladder_track WHERE bucket = $1 AND program = $2 AND root = $3
