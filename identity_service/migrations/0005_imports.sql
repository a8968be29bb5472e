-- Imports of members of existing programs, and the pooling of those programs.
SELECT 1;
