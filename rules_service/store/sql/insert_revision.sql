-- Stores a content; it may have been live before.
-- $1 program_id, $2 revision, $3 content
INSERT INTO revision (program_id, revision, content)
VALUES ($1, $2, $3)
ON CONFLICT DO NOTHING
