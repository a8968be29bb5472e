-- What crossed the border of an existing program first.
-- $1 text: program. $2 text: existing program.
SELECT program, source, redemption_id, location_id, post_time
FROM cross_spend
WHERE program = $1 AND source = $2
