-- Corrections: sales are found by time and place, and plans are kept with what became of each of their orders.

ALTER TABLE posted_order
    ADD COLUMN occur_time  timestamptz,
    ADD COLUMN location_id text COLLATE "C";
UPDATE posted_order
SET
    occur_time = (convert_from(document, 'UTF8')::jsonb ->> 'occur_time')::timestamptz,
    location_id = convert_from(document, 'UTF8')::jsonb ->> 'location_id';
ALTER TABLE posted_order
    ALTER COLUMN occur_time SET NOT NULL,
    ALTER COLUMN location_id SET NOT NULL;
CREATE INDEX posted_order_by_time ON posted_order (program, occur_time, order_id);
COMMENT ON COLUMN posted_order.occur_time IS 'of the document, to find sales by time';

CREATE TABLE correction (
    program       text        COLLATE "C" NOT NULL,
    correction_id text        COLLATE "C" NOT NULL,
    state         text        COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'approved', 'applied')),
    plan_time     timestamptz NOT NULL,
    details       bytea       NOT NULL,
    PRIMARY KEY (program, correction_id)
);
COMMENT ON TABLE correction IS 'Planned corrections of many orders; details are JSON.';

CREATE TABLE correction_order (
    program       text     COLLATE "C" NOT NULL,
    correction_id text     COLLATE "C" NOT NULL,
    order_id      text     COLLATE "C" NOT NULL,
    home          text     COLLATE "C" NOT NULL,
    ordinal       integer  NOT NULL,
    digest        text     COLLATE "C" NOT NULL,
    state         text     COLLATE "C" NOT NULL CHECK (state IN ('planned', 'corrected', 'skipped')),
    PRIMARY KEY (program, correction_id, order_id)
);
CREATE INDEX correction_order_to_do ON correction_order (program, correction_id, ordinal)
    WHERE state = 'planned' AND digest <> '';
COMMENT ON TABLE correction_order IS 'The orders that a plan looked at, and what became of each.';
COMMENT ON COLUMN correction_order.digest IS 'names what would change; empty: nothing';

CREATE TABLE correction_request (
    key           bytea PRIMARY KEY,
    fingerprint   bytea NOT NULL,
    program       text  COLLATE "C" NOT NULL,
    correction_id text  COLLATE "C" NOT NULL
);
COMMENT ON TABLE correction_request IS 'Request ids of planning and applying corrections: what each was used for.';

-- A sale that a plan judged again is judged by the plan's revision from then on.
GRANT UPDATE (revision) ON posted_order TO {app_role};
GRANT SELECT, INSERT, UPDATE ON correction, correction_order, correction_request TO {app_role};
