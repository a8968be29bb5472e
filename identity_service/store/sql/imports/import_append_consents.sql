-- What persons of lines agreed to or withdrew in the old program, numbered on. The members are locked.
-- $1 text: program. $2 text: source: the import. $3 timestamptz: now. $4 text: caller. $5 text: request id. In order of
-- line: $6 smallint[]: buckets. $7 text[]: members. $8 text[]: brands. $9 smallint[]: channels. $10 smallint[]: purposes.
-- $11 boolean[]: granted. $12 timestamptz[]: when, or null: now.
INSERT INTO member_consent (
    bucket, program_id, member_id, sequence, brand_id, channel, purpose, granted, wording_version, source, occur_time,
    record_time, caller, request_id
)
SELECT
    one.bucket, $1, one.member_id,
    (coalesce((
        SELECT max(told.sequence) FROM member_consent AS told
        WHERE told.bucket = one.bucket AND told.program_id = $1 AND told.member_id = one.member_id
    ), 0) + row_number() OVER (PARTITION BY one.bucket, one.member_id ORDER BY one.place))::integer,
    one.brand_id, one.channel, one.purpose, one.granted, '', $2, coalesce(one.occur_time, $3), $3, $4, $5
FROM unnest(
    $6::smallint[], $7::text[], $8::text[], $9::smallint[], $10::smallint[], $11::boolean[], $12::timestamptz[]
) WITH ORDINALITY AS one (bucket, member_id, brand_id, channel, purpose, granted, occur_time, place)
JOIN member AS alive
    ON alive.bucket = one.bucket
    AND alive.program_id = $1
    AND alive.member_id = one.member_id
    AND alive.erase_time IS NULL
