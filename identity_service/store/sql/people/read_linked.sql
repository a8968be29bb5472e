-- What points to some members of one program, and how it was verified, by member and order of linking.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
-- Said so that a table without statistics is not read through the index of what is linked, which is nearly all of it.
SELECT
    known.member_id, known.ordinal, known.kind, known.value, known.link_time, proof.method, proof.proof_reference,
    proof.event_time, proof.caller, proof.location_id
FROM unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
JOIN identifier_value AS known
    ON known.bucket = asked.bucket
    AND known.program_id = $2
    AND known.member_id = asked.member_id
LEFT JOIN identifier_history AS proof
    ON proof.bucket = known.bucket
    AND proof.program_id = known.program_id
    AND proof.member_id = known.member_id
    AND proof.sequence = known.verify_ordinal
WHERE coalesce(known.end_ordinal, 0) = 0
ORDER BY known.member_id, known.ordinal
