-- Whether an identifier that points to a member was verified.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 bytea: fingerprint.
SELECT EXISTS (
    SELECT
    FROM identifier_value
    WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND fingerprint = $4
        AND verify_ordinal IS NOT NULL AND end_ordinal IS NULL
)
