-- What a member's new identifiers read, and that they were linked, numbered on in the member's history. The member is
-- locked or new.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 bytea[]: fingerprints. $5 smallint[]: kinds.
-- $6 text[]: normalized values. $7 timestamptz: now. $8 text: caller. $9 text: request id.
-- $10 boolean: whether they are settled.
WITH numbered AS (
    SELECT last.sequence + asked.position AS ordinal, asked.fingerprint, asked.kind, asked.value
    FROM unnest($4::bytea[], $5::smallint[], $6::text[]) WITH ORDINALITY AS asked (fingerprint, kind, value, position)
    CROSS JOIN (
        -- The version before this one links without a history, as long as it runs.
        SELECT coalesce(max(number), 0) AS sequence
        FROM (
            SELECT sequence AS number
            FROM identifier_history
            WHERE bucket = $1 AND program_id = $2 AND member_id = $3
            UNION ALL
            SELECT ordinal
            FROM identifier_value
            WHERE bucket = $1 AND program_id = $2 AND member_id = $3
        ) AS numbers
    ) AS last
),
told AS (
    INSERT INTO identifier_history (
        bucket, program_id, member_id, sequence, action, ordinal, kind, event_time, caller, request_id
    )
    SELECT $1, $2, $3, ordinal, 1, ordinal, kind, $7, $8, $9
    FROM numbered
)
INSERT INTO identifier_value (bucket, program_id, member_id, ordinal, fingerprint, kind, value, link_time, settled)
SELECT $1, $2, $3, ordinal, fingerprint, kind, value, $7, $10
FROM numbered
ORDER BY ordinal
RETURNING ordinal
