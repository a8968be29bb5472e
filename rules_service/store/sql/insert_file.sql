-- Keeps a file of a publication.
-- $1 program_id, $2 sequence, $3 path, $4 content
INSERT INTO program_file (program_id, sequence, path, content)
VALUES ($1, $2, $3, $4)
