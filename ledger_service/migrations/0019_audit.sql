-- The audit log: append-only and chained.
SELECT 1;
