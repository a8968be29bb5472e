-- Transfers that have not arrived, oldest first: of all programs, since a chore brings them.
-- $1 seconds since they left, $2 limit
SELECT t.details
FROM transfer AS t
WHERE t.state = 'sent' AND t.post_time < clock_timestamp() - make_interval(secs => $1)
ORDER BY t.post_time, t.transfer_id
LIMIT $2
