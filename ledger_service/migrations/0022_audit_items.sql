-- Of a call about many items (a batch, an upload): how many there were, and how many of them were refused for want of
-- authority. The same file in every service.

ALTER TABLE audit_log
    ADD COLUMN items bigint NOT NULL DEFAULT 0 CHECK (items >= 0),
    ADD COLUMN refused_items bigint NOT NULL DEFAULT 0 CHECK (refused_items BETWEEN 0 AND items);
