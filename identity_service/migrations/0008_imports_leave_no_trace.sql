-- A request id of a commit is kept with the commit: it is forgotten when what the commit claimed is given back.
ALTER TABLE member_import_request
    ADD COLUMN program_id text COLLATE "C",
    ADD COLUMN import_id text COLLATE "C";
COMMENT ON COLUMN member_import_request.import_id IS 'the import that a commit is of; NULL: kept whatever comes';
CREATE INDEX member_import_request_of_import ON member_import_request (program_id, import_id)
    WHERE import_id IS NOT NULL;
GRANT DELETE ON member_import_request TO {app_role};

-- Whom lines of imports under way concern is asked for when a person is erased.
CREATE INDEX member_import_line_of_member ON member_import_line (program_id, member_id) WHERE member_id <> '';
