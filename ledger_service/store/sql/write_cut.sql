-- Appends a period's barriers to the log, one to each partition, moves the heads on to them, and keeps where they are.
-- `heads` is how many heads stood where they were read.
-- $1 program, $2 sequence, $3 period, $4 cut time, $5 event type; columns by partition: $6 partitions, $7 epochs,
-- $8 positions of the barriers, $9 payloads, $10 answers, $11 hashes
WITH barriers AS (
    SELECT partition, epoch, position, payload, answer, hash
    FROM unnest(
        $6::smallint[], $7::bigint[], $8::bigint[], $9::bytea[], $10::bytea[], $11::bytea[]
    ) AS row (
        partition, epoch, position, payload, answer, hash
    )
), events AS (
    INSERT INTO event (
        partition, position, program, type, post_time, payload, answer, hash
    )
    SELECT partition, position, $1, $5, $4, payload, answer, hash
    FROM barriers
), cuts AS (
    INSERT INTO period_cut (program, sequence, period, partition, position, cut_time)
    SELECT $1, $2, $3, partition, position, $4
    FROM barriers
), moved_heads AS (
    UPDATE head AS h
    SET position = b.position, hash = b.hash
    FROM barriers AS b
    WHERE h.partition = b.partition AND h.epoch = b.epoch AND h.position = b.position - 1
    RETURNING h.partition
)
SELECT count(*) AS heads FROM moved_heads
