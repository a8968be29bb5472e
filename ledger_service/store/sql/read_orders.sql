-- Posted sales.
-- $1 buckets, $2 programs, $3 order ids
SELECT
    o.program, o.order_id, o.home, o.state, o.revision, o.document, o.post_time, o.redemptions, o.returns,
    o.corrections, o.occur_time, o.local_day, o.facts, o.trimmed
FROM posted_order AS o
JOIN unnest($1::smallint[], $2::text[], $3::text[]) AS k (bucket, program, order_id)
    ON o.bucket = k.bucket AND o.program = k.program AND o.order_id = k.order_id
