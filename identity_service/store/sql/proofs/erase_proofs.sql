-- Removes everything that some members could prove themselves with.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members.
WITH asked AS (
    SELECT bucket, member_id
    FROM unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
),
pins AS (
    DELETE FROM member_pin AS kept
    USING asked
    WHERE kept.bucket = asked.bucket AND kept.program_id = $2 AND kept.member_id = asked.member_id
),
codes AS (
    DELETE FROM one_time_code AS kept
    USING asked
    WHERE kept.bucket = asked.bucket AND kept.program_id = $2 AND kept.member_id = asked.member_id
),
attempts AS (
    DELETE FROM proof_attempts AS kept
    USING asked
    WHERE kept.bucket = asked.bucket AND kept.program_id = $2 AND kept.member_id = asked.member_id
)
DELETE FROM app_key AS kept
USING asked
WHERE kept.bucket = asked.bucket AND kept.program_id = $2 AND kept.member_id = asked.member_id
