-- Lets nothing point to some members any more.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
DELETE FROM identifier
USING identifier_value AS known, unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
WHERE known.bucket = asked.bucket
    AND known.program_id = $2
    AND known.member_id = asked.member_id
    AND identifier.fingerprint = known.fingerprint
    AND identifier.member_id = known.member_id
