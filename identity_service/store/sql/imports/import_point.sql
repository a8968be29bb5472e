-- Lets identifiers claimed in this transaction point to the persons of their lines.
-- $1 bytea[]: fingerprints. $2 smallint[]: buckets. $3 text[]: members. $4 integer[]: lines.
UPDATE identifier
SET member_bucket = asked.bucket, member_id = asked.member_id, import_line = asked.line
FROM unnest($1::bytea[], $2::smallint[], $3::text[], $4::integer[]) AS asked (fingerprint, bucket, member_id, line)
WHERE identifier.fingerprint = asked.fingerprint
