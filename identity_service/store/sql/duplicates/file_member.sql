-- Files a member under these near forms and no others.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 bigint[]: the forms, sorted.
INSERT INTO duplicate_key (bucket, program_id, member_id, forms)
VALUES ($1, $2, $3, $4::bigint[])
ON CONFLICT (bucket, program_id, member_id) DO UPDATE
SET forms = excluded.forms
WHERE duplicate_key.forms <> excluded.forms
