-- Whether ladders were followed for members of a program.
-- $1 program, $2 buckets
SELECT EXISTS (SELECT FROM ladder_track WHERE program = $1 AND bucket = ANY($2::smallint[])) AS found
