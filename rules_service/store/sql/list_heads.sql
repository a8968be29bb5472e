-- The live sequence of every program.
SELECT program_id, max(sequence) AS sequence
FROM publication
GROUP BY program_id
