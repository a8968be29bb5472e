-- Takes identifiers that point to nobody for lines of an import; returns those. Sorted, so that a live enrolment with
-- the same identifiers waits in the same order. Whom they point to is told afterwards.
-- $1 text: program. $2 text: import. $3 bytea[]: fingerprints, each once. $4 smallint[]: kinds. $5 integer[]: lines.
INSERT INTO identifier (fingerprint, program_id, kind, member_bucket, member_id, import_id, import_line)
SELECT asked.fingerprint, $1, asked.kind, 0, '', $2, asked.line
FROM unnest($3::bytea[], $4::smallint[], $5::integer[]) AS asked (fingerprint, kind, line)
ORDER BY asked.fingerprint
ON CONFLICT (fingerprint) DO NOTHING
RETURNING fingerprint
