-- Whose identifiers are: a live member's, else that of a line judged before in this import, else that of a line of
-- an import that began earlier and is staged. One row an identifier, each looked up by itself: tables that were filled
-- a moment ago have no statistics to join them by.
-- $1 text: program. $2 text: import. $3 integer: the last line of this import that was judged. $4 bytea[]: fingerprints.
SELECT
    asked.fingerprint, found.bucket, found.member_id, found.kind, found.verified, found.line_number, found.import_id
FROM unnest($4::bytea[]) AS asked (fingerprint)
CROSS JOIN LATERAL (
    (
        SELECT
            0 AS rank, known.member_bucket AS bucket, known.member_id, known.kind,
            EXISTS (
                SELECT FROM identifier_value AS told
                WHERE told.bucket = known.member_bucket
                    AND told.program_id = known.program_id
                    AND told.member_id = known.member_id
                    AND told.fingerprint = known.fingerprint
                    AND told.end_ordinal IS NULL
                    AND told.verify_ordinal IS NOT NULL
            ) AS verified,
            0 AS line_number, '' AS import_id
        FROM identifier AS known
        WHERE known.fingerprint = asked.fingerprint AND known.import_id IS DISTINCT FROM $2
    )
    UNION ALL
    (
        SELECT 1, 0, mine.member_id, staged.kind, staged.verified, staged.line_number, ''
        FROM member_import_identifier AS staged
        CROSS JOIN LATERAL (
            SELECT line.member_id
            FROM member_import_line AS line
            WHERE line.program_id = $1 AND line.import_id = $2 AND line.line_number = staged.line_number
        ) AS mine
        WHERE staged.fingerprint = asked.fingerprint
            AND staged.program_id = $1
            AND staged.import_id = $2
            AND staged.line_number <= $3
            AND staged.brought
        ORDER BY staged.line_number
        LIMIT 1
    )
    UNION ALL
    (
        SELECT 2, 0, mine.member_id, staged.kind, staged.verified, staged.line_number, staged.import_id
        FROM member_import_identifier AS staged
        CROSS JOIN LATERAL (
            SELECT line.member_id
            FROM member_import_line AS line
            WHERE line.program_id = $1
                AND line.import_id = staged.import_id
                AND line.line_number = staged.line_number
        ) AS mine
        WHERE staged.fingerprint = asked.fingerprint
            AND staged.program_id = $1
            AND staged.import_id <> $2
            AND staged.brought
            AND EXISTS (
                SELECT
                FROM member_import AS whole
                JOIN member_import AS asking ON asking.program_id = $1 AND asking.import_id = $2
                WHERE whole.program_id = $1
                    AND whole.import_id = staged.import_id
                    AND NOT whole.dry_run
                    AND whole.state = 'STAGED'
                    AND (whole.begin_time, whole.import_id) < (asking.begin_time, asking.import_id)
            )
        ORDER BY staged.import_id, staged.line_number
        LIMIT 1
    )
    ORDER BY rank
    LIMIT 1
) AS found
