-- Who is filed under each of some near forms; of a form that many share only so many as show that.
-- $1 bigint[]: forms. $2 integer: at most so many a form.
SELECT asked.form, filed.bucket, filed.program_id, filed.member_id
FROM unnest($1::bigint[]) AS asked (form)
CROSS JOIN LATERAL (
    SELECT bucket, program_id, member_id
    FROM duplicate_key
    WHERE duplicate_key.forms @> ARRAY[asked.form]
    LIMIT $2
) AS filed
