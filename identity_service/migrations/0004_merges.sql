-- Merges and unmerges, their lineage as a feed, and duplicate candidates.
SELECT 1;
