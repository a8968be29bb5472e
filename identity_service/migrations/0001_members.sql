-- Members, their identifiers, the links of merges, request ids and the audit record.
--
-- Tables of members begin with the member's bucket (first byte of SHA-256(program, member)), the later distribution
-- column. Directories (identifier, request_key) are keyed by a hash of their own. Text compares as bytes.

CREATE TABLE member (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    enroll_time timestamptz NOT NULL,
    home_location_id text COLLATE "C" NOT NULL,
    -- Counts the merges and unmerges of the wallet the member is or was the root of, and is above 0 for every member
    -- that ever took part in one: 0 spares the look at member_link.
    merge_seq bigint NOT NULL DEFAULT 0 CHECK (merge_seq >= 0),
    PRIMARY KEY (bucket, program_id, member_id)
);

-- An absorbed member and the one it was merged into. Following survivors to the end gives the root; everything that
-- leads to a root is its homes.
CREATE TABLE member_link (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    survivor_bucket smallint NOT NULL CHECK (survivor_bucket BETWEEN 0 AND 255),
    survivor_member_id text COLLATE "C" NOT NULL CHECK (survivor_member_id <> member_id),
    link_time timestamptz NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id)
);

CREATE INDEX member_link_survivor ON member_link (survivor_bucket, program_id, survivor_member_id);

-- Which member an identifier points to. The fingerprint is an HMAC over program, kind and normalized value, so its
-- uniqueness is that of the identifier in its program.
CREATE TABLE identifier (
    fingerprint bytea PRIMARY KEY CHECK (octet_length(fingerprint) = 32),
    program_id text COLLATE "C" NOT NULL,
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 6),
    member_bucket smallint NOT NULL CHECK (member_bucket BETWEEN 0 AND 255),
    member_id text COLLATE "C" NOT NULL
);

-- Personal data, and the only place of it: what a member's identifiers read, in order of linking. Erasure empties it.
CREATE TABLE identifier_value (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    ordinal integer NOT NULL CHECK (ordinal > 0),
    fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
    kind smallint NOT NULL CHECK (kind BETWEEN 1 AND 6),
    value text COLLATE "C" NOT NULL CHECK (value <> ''),
    link_time timestamptz NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id, ordinal),
    UNIQUE (bucket, program_id, member_id, fingerprint)
);

-- Every intent that was carried out, for ever. The row is claimed first and settled in the same transaction; a row
-- without an outcome is never seen by another.
CREATE TABLE request_key (
    key_hash bytea PRIMARY KEY CHECK (octet_length(key_hash) = 32),
    program_id text COLLATE "C" NOT NULL,
    intent bytea NOT NULL CHECK (octet_length(intent) = 32),
    claim_time timestamptz NOT NULL,
    member_bucket smallint CHECK (member_bucket BETWEEN 0 AND 255),
    member_id text COLLATE "C",
    created boolean,
    identifier_count integer
);

-- Who did what to whom, append-only, numbered per member. No personal data: identifiers are fingerprints.
CREATE TABLE audit_record (
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program_id text COLLATE "C" NOT NULL,
    member_id text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL CHECK (sequence > 0),
    record_time timestamptz NOT NULL,
    action text COLLATE "C" NOT NULL,
    detail jsonb NOT NULL,
    caller text COLLATE "C" NOT NULL,
    caller_roles text[] NOT NULL,
    request_id text COLLATE "C" NOT NULL,
    trace_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, program_id, member_id, sequence)
);

-- The mark of the fingerprint key this database was filled with; a start with another key is refused.
CREATE TABLE key_mark (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    mark bytea NOT NULL
);

GRANT SELECT, INSERT ON member, member_link, identifier, identifier_value, request_key, audit_record, key_mark
    TO {app_role};
-- UPDATE lets the role lock a member's row; the columns say what may change.
GRANT UPDATE (merge_seq) ON member TO {app_role};
GRANT UPDATE (member_bucket, member_id) ON identifier TO {app_role};
GRANT UPDATE (member_bucket, member_id, created, identifier_count) ON request_key TO {app_role};
