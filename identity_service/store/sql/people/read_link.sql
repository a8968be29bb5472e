-- The link by which an identifier points to a member.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 bytea: fingerprint.
SELECT ordinal
FROM identifier_value
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND fingerprint = $4 AND end_ordinal IS NULL
