-- Sales that lie under another home from now on. The row under the home they come from stays as it was, since nothing
-- leads to it any more; where both homes share a bucket there is room for one row only.
-- $1… columns of the rows, as named.
INSERT INTO posted_order (
    bucket, program, order_id, home, state, revision, document, post_time, redemptions, returns, corrections,
    occur_time, location_id, local_day, facts, trimmed
)
SELECT
    bucket, program, order_id, home, state, revision, document, post_time, string_to_array(redemptions, ','),
    string_to_array(returns, ','), string_to_array(corrections, ','), occur_time, location_id,
    local_day, facts, trimmed
FROM unnest(
    $1::smallint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bytea[], $8::timestamptz[],
    $9::text[], $10::text[], $11::text[], $12::timestamptz[], $13::text[],
    $14::date[], $15::bytea[], $16::text[]
) AS row (
    bucket, program, order_id, home, state, revision, document, post_time, redemptions, returns, corrections,
    occur_time, location_id, local_day, facts, trimmed
)
ON CONFLICT (bucket, program, order_id) DO UPDATE
SET home = excluded.home, state = excluded.state, revision = excluded.revision, facts = excluded.facts,
    trimmed = excluded.trimmed
