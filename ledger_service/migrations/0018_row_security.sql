-- Reads are guarded again at the rows.
SELECT 1;
