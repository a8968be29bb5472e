-- The latest changes of an existing program, in order.
-- $1 text: program. $2 text: existing program.
SELECT details
FROM (
    SELECT number, details FROM pooling_change
    WHERE program = $1 AND source = $2
    ORDER BY number DESC
    LIMIT 1000
) AS latest
ORDER BY number
