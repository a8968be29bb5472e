-- Gives identifiers back that were claimed in this transaction and are nobody's after all.
-- $1 bytea[]: fingerprints. $2 text: import.
DELETE FROM identifier
WHERE fingerprint = ANY($1::bytea[]) AND import_id = $2
