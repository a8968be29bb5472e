-- Moves the cursor on, only from where the batch began: the guard that makes the effect exactly-once. Rows are locked
-- in order of partition; touches fewer rows than partitions if another process was first.
-- $1 partitions, $2 positions it must stand at, $3 positions it moves to, $4 hashes of the events there.
  WITH step AS (
    SELECT s.partition, s.was, s.becomes, s.event_hash
      FROM unnest($1::integer[], $2::bigint[], $3::bigint[], $4::bytea[]) AS s (partition, was, becomes, event_hash)
  ), held AS (
    SELECT c.partition
      FROM log_cursor AS c
      JOIN step AS s ON s.partition = c.partition AND s.was = c.position
     ORDER BY c.partition
       FOR UPDATE OF c
  )
UPDATE log_cursor AS c
   SET position = s.becomes, event_hash = s.event_hash
  FROM step AS s
  JOIN held AS h ON h.partition = s.partition
 WHERE c.partition = s.partition
