-- Makes a revision live.
-- $1 program_id, $2 sequence, $3 revision, $4 record_time
INSERT INTO publication (program_id, sequence, revision, record_time)
VALUES ($1, $2, $3, $4)
