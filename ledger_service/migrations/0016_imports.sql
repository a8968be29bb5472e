-- Balances imported from existing programs.
SELECT 1;
