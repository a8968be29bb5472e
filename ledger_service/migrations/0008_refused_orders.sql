-- Uploads that were refused for what they say or what the ledger knows, kept aside for a person; and sales that nobody
-- was named for, which follow their claim.

CREATE TABLE refused_order (
    key         bytea       PRIMARY KEY,
    program     text        COLLATE "C" NOT NULL,
    fingerprint bytea       NOT NULL,
    contested   boolean     NOT NULL,
    caller      text        COLLATE "C" NOT NULL,
    request_id  text        COLLATE "C" NOT NULL,
    source      text        COLLATE "C" NOT NULL,
    location_id text        COLLATE "C" NOT NULL,
    currency    text        COLLATE "C" NOT NULL,
    total       bigint      NOT NULL,
    document    bytea       NOT NULL,
    reason      text        COLLATE "C" NOT NULL,
    refusal     bytea       NOT NULL,
    first_time  timestamptz NOT NULL,
    last_time   timestamptz NOT NULL,
    tries       bigint      NOT NULL DEFAULT 1 CHECK (tries > 0)
);
CREATE INDEX refused_order_by_age ON refused_order (program, first_time, key);
COMMENT ON TABLE refused_order IS
    'Uploaded sales as they were refused last, by their directory key; no member is named. Listed until posted.';
COMMENT ON COLUMN refused_order.contested IS
    'the document had been posted when this was refused: only this content could settle it';

GRANT SELECT, INSERT, UPDATE ON refused_order TO {app_role};

-- Where the homes of sale and claimer share a bucket, the sale's one row goes over to the claimer's.
GRANT UPDATE (home, revision) ON posted_order TO {app_role};
