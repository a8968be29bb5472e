-- Remembers the fingerprint key's mark at the first start.
-- $1 bytea: the mark.
INSERT INTO key_mark (mark)
VALUES ($1)
ON CONFLICT (only_row) DO NOTHING
