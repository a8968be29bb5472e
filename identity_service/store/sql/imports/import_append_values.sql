-- What the identifiers of lines read, numbered on from what the member's history holds, and each link in the history.
-- The members are locked; one that was erased meanwhile gets nothing. Settled is what a member begins with: what comes to
-- one that was there before the import's switch is a fresh link.
-- $1 text: program. $2 text: how it is proved: the import. $3 timestamptz: now. $4 text: caller. $5 text: request id.
-- In order of line and place: $6 smallint[]: buckets. $7 text[]: members. $8 bytea[]: fingerprints. $9 smallint[]: kinds.
-- $10 text[]: normalized values. $11 boolean[]: verified. And $12 text: import.
WITH numbered AS (
    SELECT
        one.bucket, one.member_id, one.fingerprint, one.kind, one.value, one.verified,
        alive.import_id IS NOT DISTINCT FROM $12 OR coalesce((
            SELECT began.event_time >= of.switch_time
            FROM identifier_history AS began, member_import AS of
            WHERE began.bucket = one.bucket AND began.program_id = $1 AND began.member_id = one.member_id
                AND began.sequence = 1 AND of.program_id = $1 AND of.import_id = $12
        ), false) AS begins,
        (coalesce((
            SELECT max(told.sequence) FROM identifier_history AS told
            WHERE told.bucket = one.bucket AND told.program_id = $1 AND told.member_id = one.member_id
        ), 0) + row_number() OVER (PARTITION BY one.bucket, one.member_id ORDER BY one.place))::integer AS ordinal
    FROM unnest($6::smallint[], $7::text[], $8::bytea[], $9::smallint[], $10::text[], $11::boolean[])
        WITH ORDINALITY AS one (bucket, member_id, fingerprint, kind, value, verified, place)
    JOIN member AS alive
        ON alive.bucket = one.bucket
        AND alive.program_id = $1
        AND alive.member_id = one.member_id
        AND alive.erase_time IS NULL
), told AS (
    INSERT INTO identifier_history (
        bucket, program_id, member_id, sequence, action, ordinal, kind, proof_reference, event_time, caller, request_id
    )
    SELECT bucket, $1, member_id, ordinal, 1, ordinal, kind, CASE WHEN verified THEN $2 ELSE '' END, $3, $4, $5
    FROM numbered
)
INSERT INTO identifier_value (
    bucket, program_id, member_id, ordinal, fingerprint, kind, value, link_time, verify_ordinal, settled
)
SELECT bucket, $1, member_id, ordinal, fingerprint, kind, value, $3, CASE WHEN verified THEN ordinal END, begins
FROM numbered
