-- Forgets what no later spend can meet any more. $1 seconds
DELETE FROM spend_trail WHERE seen_time < now() - make_interval(secs => $1)
