-- Imports of members of existing programs: staged, judged, and made visible by one switch.

CREATE TABLE member_import (
    program_id text COLLATE "C" NOT NULL,
    import_id text COLLATE "C" NOT NULL,
    source_program_id text COLLATE "C" NOT NULL,
    dry_run boolean NOT NULL,
    -- RELEASING: what was claimed is given up again, since the control totals differed. ABANDONING: everything is.
    state text COLLATE "C" NOT NULL
        CHECK (state IN ('STAGED', 'CLAIMING', 'RELEASING', 'SETTLING', 'COMMITTED', 'ABANDONING', 'ABANDONED')),
    last_line integer NOT NULL DEFAULT 0 CHECK (last_line >= 0),
    -- How far the work of the state has come, by line.
    done_line integer NOT NULL DEFAULT 0 CHECK (done_line >= 0),
    caller text COLLATE "C" NOT NULL,
    begin_time timestamptz NOT NULL,
    switch_time timestamptz,
    PRIMARY KEY (program_id, import_id)
);

-- Two commits of one program at once would wait for each other's claims.
CREATE UNIQUE INDEX member_import_under_way ON member_import (program_id)
    WHERE state IN ('CLAIMING', 'RELEASING', 'SETTLING', 'ABANDONING');

-- What a line comes to. No personal data: it is the report that stays.
CREATE TABLE member_import_line (
    program_id text COLLATE "C" NOT NULL,
    import_id text COLLATE "C" NOT NULL,
    line_number integer NOT NULL CHECK (line_number > 0),
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    verdict text COLLATE "C" NOT NULL
        CHECK (verdict IN ('NEW', 'JOINED_LIVE', 'JOINED_LINE', 'JOINED_IMPORT', 'REFUSED')),
    fault text COLLATE "C" NOT NULL DEFAULT '',
    field text COLLATE "C" NOT NULL DEFAULT '',
    member_id text COLLATE "C" NOT NULL DEFAULT '',
    same_line integer NOT NULL DEFAULT 0,
    same_import text COLLATE "C" NOT NULL DEFAULT '',
    look_alikes text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (program_id, import_id, line_number)
);

-- Personal data of people who are not members yet; emptied when the import ends.
CREATE TABLE member_import_content (
    program_id text COLLATE "C" NOT NULL,
    import_id text COLLATE "C" NOT NULL,
    line_number integer NOT NULL,
    content jsonb NOT NULL,
    PRIMARY KEY (program_id, import_id, line_number)
);

-- The identifiers of staged lines as directories see them; emptied with the content.
CREATE TABLE member_import_identifier (
    program_id text COLLATE "C" NOT NULL,
    import_id text COLLATE "C" NOT NULL,
    line_number integer NOT NULL,
    ordinal integer NOT NULL,
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 6),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    verified boolean NOT NULL,
    -- True if it points to the line's person from now on; false if it is somebody's already.
    brought boolean NOT NULL,
    PRIMARY KEY (program_id, import_id, line_number, ordinal)
);

CREATE INDEX member_import_identifier_fingerprint
    ON member_import_identifier (fingerprint, program_id, import_id, line_number);

CREATE TABLE member_import_request (
    key_hash bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
    intent bytea NOT NULL CHECK (octet_length(intent) = 32)
);

-- Rows that an import has made and not switched on: nobody but the import itself sees them.
ALTER TABLE member ADD COLUMN import_id text COLLATE "C";
ALTER TABLE identifier ADD COLUMN import_id text COLLATE "C", ADD COLUMN import_line integer;
CREATE INDEX member_of_import ON member (program_id, import_id) WHERE import_id IS NOT NULL;
CREATE INDEX identifier_of_import ON identifier (program_id, import_id, import_line) WHERE import_id IS NOT NULL;

ALTER TABLE member ENABLE ROW LEVEL SECURITY;
ALTER TABLE identifier ENABLE ROW LEVEL SECURITY;
CREATE POLICY switched_on ON member USING (
    import_id IS NULL
    OR current_setting('loyalty.importing', true) = 'on'
    OR EXISTS (
        SELECT FROM member_import AS of
        WHERE of.program_id = member.program_id AND of.import_id = member.import_id AND of.switch_time IS NOT NULL
    )
) WITH CHECK (true);
CREATE POLICY switched_on ON identifier USING (
    import_id IS NULL
    OR current_setting('loyalty.importing', true) = 'on'
    OR EXISTS (
        SELECT FROM member_import AS of
        WHERE of.program_id = identifier.program_id
            AND of.import_id = identifier.import_id
            AND of.switch_time IS NOT NULL
    )
) WITH CHECK (true);

GRANT SELECT, INSERT ON member_import, member_import_line, member_import_content, member_import_identifier,
    member_import_request TO {app_role};
GRANT UPDATE (state, last_line, done_line, switch_time) ON member_import TO {app_role};
GRANT UPDATE (verdict, fault, field, member_id, same_line, same_import, look_alikes) ON member_import_line
    TO {app_role};
GRANT UPDATE (brought) ON member_import_identifier TO {app_role};
GRANT DELETE ON member_import_content, member_import_identifier TO {app_role};
-- What a line claimed is given up again if its import is not switched on; a member that was visible once stays.
GRANT UPDATE (import_id) ON member TO {app_role};
GRANT UPDATE (import_id, import_line) ON identifier TO {app_role};
GRANT DELETE ON member, identifier TO {app_role};
CREATE POLICY only_unborn ON member AS RESTRICTIVE FOR DELETE USING (
    NOT EXISTS (
        SELECT FROM member_import AS of
        WHERE of.program_id = member.program_id AND of.import_id = member.import_id AND of.switch_time IS NOT NULL
    )
    AND import_id IS NOT NULL
);
