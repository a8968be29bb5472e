-- What proved the member who spent.
SELECT 1;
