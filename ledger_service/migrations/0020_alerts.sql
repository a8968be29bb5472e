-- Spends that cannot be: how far the log was watched, what is remembered of it for some minutes, and what was found.

CREATE TABLE alert_cursor (
    partition smallint PRIMARY KEY,
    position bigint NOT NULL CHECK (position >= 0)
);
-- What was spent before today raises nothing.
INSERT INTO alert_cursor (partition, position) SELECT partition, position FROM head;

CREATE TABLE spend_trail (
    partition smallint NOT NULL,
    position bigint NOT NULL CHECK (position > 0),
    program text COLLATE "C" NOT NULL,
    root text COLLATE "C" NOT NULL,
    caller text COLLATE "C" NOT NULL,
    location_id text COLLATE "C" NOT NULL,
    region text COLLATE "C" NOT NULL,
    post_time timestamptz NOT NULL,
    -- By our clock: when it may be forgotten.
    seen_time timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (partition, position)
);
CREATE INDEX spend_trail_member ON spend_trail (program, root, post_time);
CREATE INDEX spend_trail_till ON spend_trail (program, caller, location_id, post_time);
CREATE INDEX spend_trail_seen ON spend_trail (seen_time);

CREATE TABLE alert (
    number bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    alert_id text COLLATE "C" PRIMARY KEY,
    program text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    root text COLLATE "C" NOT NULL,
    location_id text COLLATE "C" NOT NULL,
    caller text COLLATE "C" NOT NULL,
    partitions integer[] NOT NULL,
    positions bigint[] NOT NULL,
    post_time timestamptz NOT NULL,
    acknowledged_by text COLLATE "C" NOT NULL DEFAULT '',
    acknowledge_time timestamptz
);
CREATE INDEX alert_program ON alert (program, number);

GRANT SELECT, UPDATE (position) ON alert_cursor TO {app_role};
GRANT SELECT, INSERT, DELETE ON spend_trail TO {app_role};
GRANT SELECT, INSERT, UPDATE (acknowledged_by, acknowledge_time) ON alert TO {app_role};

-- Look-ups by identifiers that found nobody, by caller and second, of the last hour: what a spend that follows is judged
-- by (docs/adr/0068).
CREATE TABLE missed_lookup (
    program_id text COLLATE "C" NOT NULL,
    caller text COLLATE "C" NOT NULL,
    second timestamptz NOT NULL,
    misses bigint NOT NULL CHECK (misses > 0),
    PRIMARY KEY (program_id, caller, second)
);
CREATE INDEX missed_lookup_second ON missed_lookup (second);
GRANT SELECT, INSERT, DELETE, UPDATE (misses) ON missed_lookup TO {app_role};

-- Proofs that identity refused, until they were judged and for some time after.
CREATE TABLE refused_proof (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    program text COLLATE "C" NOT NULL,
    root text COLLATE "C" NOT NULL,
    caller text COLLATE "C" NOT NULL,
    location_id text COLLATE "C" NOT NULL,
    refuse_time timestamptz NOT NULL,
    judged boolean NOT NULL DEFAULT false
);
CREATE INDEX refused_proof_member ON refused_proof (program, root, refuse_time);
CREATE INDEX refused_proof_new ON refused_proof (number) WHERE NOT judged;
CREATE INDEX refused_proof_time ON refused_proof (refuse_time);
CREATE INDEX spend_trail_caller ON spend_trail (program, caller, post_time);
GRANT SELECT, INSERT, DELETE, UPDATE (judged) ON refused_proof TO {app_role};
