-- The latest post time of a program's events behind some positions.
-- $1 program, $2 partitions, $3 positions
SELECT max(e.post_time) AS latest
FROM unnest($2::smallint[], $3::bigint[]) AS k (partition, position)
JOIN event AS e ON e.partition = k.partition AND e.position > k.position
WHERE e.program = $1
