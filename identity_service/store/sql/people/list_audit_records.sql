-- The audit records of some members of one program, by member and number.
-- $1 smallint[]: buckets. $2 text: program. $3 text[]: members. $4 text: after this member's … $5 integer: … record of
-- this number. $6 integer: at most so many.
SELECT
    record.member_id, record.sequence, record.record_time, record.action, record.detail, record.caller,
    record.caller_roles, record.request_id, record.trace_id
FROM unnest($1::smallint[], $3::text[]) AS asked (bucket, member_id)
JOIN audit_record AS record
    ON record.bucket = asked.bucket
    AND record.program_id = $2
    AND record.member_id = asked.member_id
WHERE (record.member_id, record.sequence) > ($4, $5::bigint)
ORDER BY record.member_id, record.sequence
LIMIT $6
