-- Forgets the codes that were sent to whatever pointed to some members, now or before. Their values are still there.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
DELETE FROM identifier_code AS kept
USING unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
JOIN identifier_value AS known
    ON known.bucket = asked.bucket AND known.program_id = $2 AND known.member_id = asked.member_id
WHERE kept.fingerprint = known.fingerprint
