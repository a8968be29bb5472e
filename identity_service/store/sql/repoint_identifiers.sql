-- Hands identifiers claimed in this transaction to the member the others turned out to point to.
-- $1 bytea[]: fingerprints. $2 smallint: bucket. $3 text: member.
UPDATE identifier
SET member_bucket = $2, member_id = $3
WHERE fingerprint = ANY($1::bytea[])
