-- Lets identifiers that point to nobody point to a member; returns those. Sorted, so that two callers with the same
-- identifiers wait for each other in one order; the unique key makes them agree.
-- $1 text: program. $2 smallint[]: kinds. $3 bytea[]: fingerprints. $4 smallint: bucket. $5 text: member.
INSERT INTO identifier (fingerprint, program_id, kind, member_bucket, member_id)
SELECT asked.fingerprint, $1, asked.kind, $4, $5
FROM unnest($2::smallint[], $3::bytea[]) AS asked (kind, fingerprint)
ORDER BY asked.fingerprint
ON CONFLICT (fingerprint) DO NOTHING
RETURNING fingerprint
