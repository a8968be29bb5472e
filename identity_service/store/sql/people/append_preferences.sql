-- Preferences of a member that is locked, numbered on; returns the last number.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 text[]: brands. $5 text[]: keys. $6 text[]: values.
-- $7 timestamptz: now. $8 text: caller. $9 text: request id.
WITH added AS (
    INSERT INTO member_preference (
        bucket, program_id, member_id, sequence, brand_id, key, value, record_time, caller, request_id
    )
    SELECT $1, $2, $3, last.sequence + said.position, said.brand_id, said.key, said.value, $7, $8, $9
    FROM unnest($4::text[], $5::text[], $6::text[]) WITH ORDINALITY AS said (brand_id, key, value, position)
    CROSS JOIN (
        SELECT coalesce(max(sequence), 0) AS sequence
        FROM member_preference
        WHERE bucket = $1 AND program_id = $2 AND member_id = $3
    ) AS last
    RETURNING sequence
)
SELECT max(sequence) AS sequence
FROM added
