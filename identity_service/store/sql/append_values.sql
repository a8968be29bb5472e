-- What a member's new identifiers read, numbered on from those it has. The member is locked or new.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 bytea[]: fingerprints. $5 smallint[]: kinds.
-- $6 text[]: normalized values. $7 timestamptz: now.
INSERT INTO identifier_value (bucket, program_id, member_id, ordinal, fingerprint, kind, value, link_time)
SELECT $1, $2, $3, last.ordinal + asked.position, asked.fingerprint, asked.kind, asked.value, $7
FROM unnest($4::bytea[], $5::smallint[], $6::text[]) WITH ORDINALITY AS asked (fingerprint, kind, value, position)
CROSS JOIN (
    SELECT coalesce(max(ordinal), 0) AS ordinal
    FROM identifier_value
    WHERE bucket = $1 AND program_id = $2 AND member_id = $3
) AS last
