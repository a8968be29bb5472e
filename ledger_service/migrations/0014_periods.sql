-- Periods of a program, cut by a barrier in every partition of the log; and documents by when they happened.

CREATE TABLE period_cut (
    program   text        COLLATE "C" NOT NULL,
    sequence  bigint      NOT NULL CHECK (sequence > 0),
    period    text        COLLATE "C" NOT NULL CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    partition smallint    NOT NULL,
    position  bigint      NOT NULL CHECK (position > 0),
    cut_time  timestamptz NOT NULL,
    PRIMARY KEY (program, sequence, partition),
    UNIQUE (program, period, partition),
    UNIQUE (partition, position)
);
COMMENT ON TABLE period_cut IS 'Where a period of a program ends in each partition: the position of its barrier.';
GRANT SELECT, INSERT ON period_cut TO {app_role};

-- What a document says does not depend on any setting: its times are written with their offset.
CREATE FUNCTION occur_time_of(document bytea) RETURNS timestamptz
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN (convert_from(document, 'UTF8')::jsonb ->> 'occur_time')::timestamptz;
COMMENT ON FUNCTION occur_time_of IS 'When a document says that it happened';

ALTER TABLE posted_return
    ADD COLUMN occur_time timestamptz NOT NULL GENERATED ALWAYS AS (occur_time_of(document)) STORED;
CREATE INDEX posted_return_by_time ON posted_return (program, occur_time, return_id);
COMMENT ON COLUMN posted_return.occur_time IS 'of the document, to find returns by time';
