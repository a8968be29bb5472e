-- How an identifier points to a member.
-- $1 bytea: fingerprint.
SELECT
    member.bucket, member.program_id, member.member_id, member.merge_seq, known.link_time, known.settled,
    known.verify_ordinal IS NOT NULL AS verified
FROM identifier
JOIN identifier_value AS known
    ON known.bucket = identifier.member_bucket
    AND known.program_id = identifier.program_id
    AND known.member_id = identifier.member_id
    AND known.fingerprint = identifier.fingerprint
    AND known.end_ordinal IS NULL
JOIN member
    ON member.bucket = identifier.member_bucket
    AND member.program_id = identifier.program_id
    AND member.member_id = identifier.member_id
WHERE identifier.fingerprint = $1
