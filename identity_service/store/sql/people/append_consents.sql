-- Consents of a member that is locked, numbered on; returns the last number.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 text[]: brands. $5 smallint[]: channels.
-- $6 smallint[]: purposes. $7 boolean[]: granted. $8 text[]: versions of the wording. $9 text[]: sources.
-- $10 timestamptz[]: when it was said. $11 timestamptz: now. $12 text: caller. $13 text: request id.
WITH added AS (
    INSERT INTO member_consent (
        bucket, program_id, member_id, sequence, brand_id, channel, purpose, granted, wording_version, source,
        occur_time, record_time, caller, request_id
    )
    SELECT
        $1, $2, $3, last.sequence + said.position, said.brand_id, said.channel, said.purpose, said.granted,
        said.wording_version, said.source, said.occur_time, $11, $12, $13
    FROM unnest(
        $4::text[], $5::smallint[], $6::smallint[], $7::boolean[], $8::text[], $9::text[], $10::timestamptz[]
    ) WITH ORDINALITY AS said (
        brand_id, channel, purpose, granted, wording_version, source, occur_time, position
    )
    CROSS JOIN (
        SELECT coalesce(max(sequence), 0) AS sequence
        FROM member_consent
        WHERE bucket = $1 AND program_id = $2 AND member_id = $3
    ) AS last
    RETURNING sequence
)
SELECT max(sequence) AS sequence
FROM added
