-- Commands that were not applied take their documents with them.
-- $1 keys
DELETE FROM document_key WHERE key = ANY($1::bytea[])
