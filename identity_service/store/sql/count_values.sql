-- How many identifiers point to a member.
-- $1 smallint: bucket. $2 text: program. $3 text: member.
SELECT count(*) AS number
FROM identifier_value
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND end_ordinal IS NULL
