-- What points to some members of one program, by its keys.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
-- Said so that a table without statistics is not read through the index of what is linked, which is nearly all of it.
SELECT known.fingerprint
FROM unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
JOIN identifier_value AS known
    ON known.bucket = asked.bucket
    AND known.program_id = $2
    AND known.member_id = asked.member_id
WHERE coalesce(known.end_ordinal, 0) = 0
