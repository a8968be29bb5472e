-- Forgets what the identifiers of some members read where they pointed before.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
-- Said so that a table without statistics is not read through the index of what is linked, which is nearly all of it.
DELETE FROM identifier_value
USING identifier_value AS known, unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
WHERE known.bucket = asked.bucket
    AND known.program_id = $2
    AND known.member_id = asked.member_id
    AND coalesce(known.end_ordinal, 0) = 0
    AND identifier_value.fingerprint = known.fingerprint
    AND identifier_value.end_ordinal IS NOT NULL
