-- Everything here is append-only: what was live once can always be asked for again. The serving role may read and
-- insert, never update or delete.

-- A configuration under the hash of its content. The same configuration is stored once, however often it is live.
CREATE TABLE revision (
    program_id text NOT NULL,
    revision   text NOT NULL,
    content    text NOT NULL,
    PRIMARY KEY (program_id, revision)
);

-- Which revision was live since when. The highest sequence of a program is live now.
CREATE TABLE publication (
    program_id  text        NOT NULL,
    sequence    bigint      NOT NULL CHECK (sequence >= 1),
    revision    text        NOT NULL,
    record_time timestamptz NOT NULL,
    PRIMARY KEY (program_id, sequence),
    FOREIGN KEY (program_id, revision) REFERENCES revision (program_id, revision)
);

CREATE INDEX publication_by_revision ON publication (program_id, revision, sequence);

-- The files a publication was made from, as they were sent.
CREATE TABLE program_file (
    program_id text   NOT NULL,
    sequence   bigint NOT NULL,
    path       text   NOT NULL,
    content    text   NOT NULL,
    PRIMARY KEY (program_id, sequence, path),
    FOREIGN KEY (program_id, sequence) REFERENCES publication (program_id, sequence)
);

-- What became of each change that was carried out, for ever: a repeat gets the same answer.
CREATE TABLE change_request (
    program_id    text   NOT NULL,
    caller        text   NOT NULL,
    request_id    text   NOT NULL,
    intent_hash   bytea  NOT NULL CHECK (octet_length(intent_hash) = 32),
    base_sequence bigint NOT NULL CHECK (base_sequence >= 0),
    sequence      bigint NOT NULL CHECK (sequence >= base_sequence),
    PRIMARY KEY (program_id, caller, request_id),
    FOREIGN KEY (program_id, sequence) REFERENCES publication (program_id, sequence)
);

GRANT SELECT, INSERT ON revision, publication, program_file, change_request TO {app_role};
