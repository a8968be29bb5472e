-- The audit log: who did what, on whom, from where, with what result. Append-only, gap-free, chained by hash; opaque
-- ids only. The same file in every service.

CREATE TABLE audit_log (
    number bigint PRIMARY KEY CHECK (number > 0),
    record_time timestamptz NOT NULL,
    -- 1 intent, 2 outcome, 3 read, 4 refused, 5 suppressed.
    phase smallint NOT NULL CHECK (phase BETWEEN 1 AND 5),
    -- Of an outcome: the intent it ends.
    intent_number bigint NOT NULL CHECK (intent_number >= 0),
    method text COLLATE "C" NOT NULL,
    caller text COLLATE "C" NOT NULL,
    roles text[] COLLATE "C" NOT NULL,
    program_id text COLLATE "C" NOT NULL,
    subject_kinds text[] COLLATE "C" NOT NULL,
    subject_ids text[] COLLATE "C" NOT NULL,
    origin text COLLATE "C" NOT NULL,
    certificate text COLLATE "C" NOT NULL,
    caller_location_id text COLLATE "C" NOT NULL,
    result text COLLATE "C" NOT NULL,
    suppressed bigint NOT NULL CHECK (suppressed >= 0),
    request_id text COLLATE "C" NOT NULL,
    trace_id text COLLATE "C" NOT NULL,
    content_hash bytea NOT NULL CHECK (octet_length(content_hash) = 32),
    -- SHA-256 over the hash before it and the content's.
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    CHECK (cardinality(subject_kinds) = cardinality(subject_ids))
);

CREATE UNIQUE INDEX audit_log_outcome ON audit_log (intent_number) WHERE intent_number > 0;
CREATE INDEX audit_log_program ON audit_log (program_id, number);
CREATE INDEX audit_log_caller ON audit_log (caller, number);
CREATE INDEX audit_log_subjects ON audit_log USING gin (subject_ids);

-- The end of the chain; its lock orders the processes that append.
CREATE TABLE audit_head (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    number bigint NOT NULL CHECK (number >= 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32),
    record_time timestamptz NOT NULL
);

INSERT INTO audit_head (number, hash, record_time) VALUES (0, decode(repeat('00', 32), 'hex'), 'epoch');

GRANT SELECT, INSERT ON audit_log TO {app_role};
GRANT SELECT, UPDATE (number, hash, record_time) ON audit_head TO {app_role};
