-- Forgets how far ladders were followed that a program does not have any more, for a page of its members.
-- $1 program, $2 buckets, $3 and $4 the last page's end (bucket, root), $5 and $6 this page's, $7 the program's ladders
DELETE FROM ladder_track
WHERE program = $1 AND bucket = ANY($2::smallint[]) AND ladder_id <> ALL($7::text[])
    AND (bucket, program, root) > ($3, $1, $4::text) AND (bucket, program, root) <= ($5, $1, $6::text)
