-- Appends an event to one partition, whose head is locked, and moves it on; no row: the head is not where it was read.
-- $1 text: program. $2 text: type. $3 timestamptz: post time. $4 smallint: partition. $5 bigint: epoch.
-- $6 bigint: position of the event. $7 bytea: payload. $8 bytea: answer. $9 bytea: hash.
WITH written AS (
    INSERT INTO event (partition, position, program, type, post_time, payload, answer, hash)
    VALUES ($4, $6, $1, $2, $3, $7, $8, $9)
)
UPDATE head
SET position = $6, hash = $9
WHERE partition = $4 AND epoch = $5 AND position = $6 - 1
RETURNING partition
