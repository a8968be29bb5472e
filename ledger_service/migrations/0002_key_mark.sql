-- The mark of the fingerprint key: with another key every repeat would look like another intent.

CREATE TABLE key_mark (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    mark     bytea   NOT NULL
);
COMMENT ON TABLE key_mark IS 'Left at the first start; a start with another fingerprint key is refused.';
GRANT SELECT, INSERT ON key_mark TO {app_role};
