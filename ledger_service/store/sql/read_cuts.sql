-- The latest cuts of a program, the last one first, each with its barriers by partition.
-- $1 program, $2 period (null: any), $3 at most
SELECT
    c.sequence, c.period, min(c.cut_time) AS cut_time,
    array_agg(c.partition ORDER BY c.partition) AS partitions,
    array_agg(c.position ORDER BY c.partition) AS positions
FROM period_cut AS c
WHERE c.program = $1 AND ($2::text IS NULL OR c.period = $2)
GROUP BY c.sequence, c.period
ORDER BY c.sequence DESC
LIMIT $3
