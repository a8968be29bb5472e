-- The record of each line that made or joined a member, numbered on. The members are locked.
-- $1 text: program. $2 text: import. $3 timestamptz: now. $4 text: caller. $5 text[]: its roles. $6 text: request id.
-- $7 text: trace id. In order of line: $8 smallint[]: buckets. $9 text[]: members. $10 integer[]: lines.
-- $11 text[]: verdicts.
INSERT INTO audit_record (
    bucket, program_id, member_id, sequence, record_time, action, detail, caller, caller_roles, request_id, trace_id
)
SELECT
    one.bucket, $1, one.member_id,
    coalesce((
        SELECT max(told.sequence) FROM audit_record AS told
        WHERE told.bucket = one.bucket AND told.program_id = $1 AND told.member_id = one.member_id
    ), 0) + row_number() OVER (PARTITION BY one.bucket, one.member_id ORDER BY one.place),
    $3, 'MEMBER_IMPORTED',
    jsonb_build_object('import_id', $2::text, 'line_number', one.line, 'verdict', one.verdict),
    $4, $5::text[], $6, $7
FROM unnest($8::smallint[], $9::text[], $10::integer[], $11::text[])
    WITH ORDINALITY AS one (bucket, member_id, line, verdict, place)
