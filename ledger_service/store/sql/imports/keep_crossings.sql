-- Keeps what crossed the border of existing programs, where nothing is kept yet.
-- $1 text[]: programs. $2 text[]: existing programs. $3 text[]: redemptions. $4 text[]: locations. $5 timestamptz[]: times.
INSERT INTO cross_spend (program, source, redemption_id, location_id, post_time)
SELECT one.program, one.source, one.redemption_id, one.location_id, one.post_time
FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
    AS one (program, source, redemption_id, location_id, post_time)
ON CONFLICT (program, source) DO NOTHING
