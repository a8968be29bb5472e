-- Leaves the fingerprint key's mark at the first start.
-- $1 mark
INSERT INTO key_mark (mark) VALUES ($1) ON CONFLICT (only_row) DO NOTHING
