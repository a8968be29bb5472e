-- What members do by local day, where they stand on ladders, and how far caps and budgets are used.

ALTER TABLE accrual ADD COLUMN limits text COLLATE "C" NOT NULL DEFAULT '';
COMMENT ON COLUMN accrual.limits IS 'JSON: the limits it counts against; empty: none';

ALTER TABLE posted_order
    ADD COLUMN local_day date,
    ADD COLUMN facts     bytea,
    ADD COLUMN trimmed   text COLLATE "C" NOT NULL DEFAULT '';
COMMENT ON COLUMN posted_order.local_day IS 'the date of the sale at its place';
COMMENT ON COLUMN posted_order.facts IS 'JSON: what rules were told of the member; null: nothing';
COMMENT ON COLUMN posted_order.trimmed IS 'JSON: of which awards limits left less than rules gave; empty: of none';
GRANT UPDATE (facts, trimmed) ON posted_order TO {app_role};

CREATE TABLE activity (
    bucket      smallint NOT NULL,
    program     text     COLLATE "C" NOT NULL,
    home        text     COLLATE "C" NOT NULL,
    day         date     NOT NULL,
    brand       text     COLLATE "C" NOT NULL,
    currency    text     COLLATE "C" NOT NULL,
    spend       numeric  NOT NULL,
    base_points numeric  NOT NULL,
    all_points  numeric  NOT NULL,
    orders      bigint   NOT NULL,
    PRIMARY KEY (bucket, program, home, day, brand, currency)
) WITH (fillfactor = 85);
COMMENT ON TABLE activity IS 'what stands of a home''s sales on a local day, by brand and currency of the sale; sums of any size';

CREATE TABLE activity_mixed (
    bucket  smallint NOT NULL,
    program text     COLLATE "C" NOT NULL,
    home    text     COLLATE "C" NOT NULL,
    day     date     NOT NULL,
    brands  text     COLLATE "C" NOT NULL,
    orders  bigint   NOT NULL,
    PRIMARY KEY (bucket, program, home, day, brands)
) WITH (fillfactor = 85);
COMMENT ON TABLE activity_mixed IS 'orders over several brands (sorted, by comma), which activity counts under each';

CREATE TABLE ladder_track (
    bucket    smallint NOT NULL,
    program   text     COLLATE "C" NOT NULL,
    root      text     COLLATE "C" NOT NULL,
    ladder_id text     COLLATE "C" NOT NULL,
    ladder    bytea    NOT NULL,
    through   date     NOT NULL,
    total     numeric  NOT NULL,
    changes   date,
    turns     bytea    NOT NULL,
    PRIMARY KEY (bucket, program, root, ladder_id)
) WITH (fillfactor = 85);
CREATE INDEX ladder_track_changes ON ladder_track (program, changes, root) WHERE changes IS NOT NULL;
COMMENT ON TABLE ladder_track IS 'how far a ladder was followed; holds nothing that activity does not tell';
COMMENT ON COLUMN ladder_track.ladder IS 'the hash of the ladder that was followed, and of the homes it was followed for';
COMMENT ON COLUMN ladder_track.turns IS 'JSON: the latest turns, and what is recorded of the tier of the days';
COMMENT ON COLUMN ladder_track.changes IS 'the next day on which the tier changes by time alone';

CREATE TABLE manual_tier (
    bucket    smallint NOT NULL,
    program   text     COLLATE "C" NOT NULL,
    manual_id text     COLLATE "C" NOT NULL,
    home      text     COLLATE "C" NOT NULL,
    ladder_id text     COLLATE "C" NOT NULL,
    tier      text     COLLATE "C" NOT NULL,
    start_day date     NOT NULL,
    end_day   date,
    reason    text     NOT NULL,
    approver  text     COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, program, manual_id)
);
CREATE INDEX manual_tier_home ON manual_tier (bucket, program, home);

CREATE TABLE tier_record (
    bucket    smallint    NOT NULL,
    program   text        COLLATE "C" NOT NULL,
    home      text        COLLATE "C" NOT NULL,
    ladder_id text        COLLATE "C" NOT NULL,
    version   bigint      NOT NULL,
    day       date        NOT NULL,
    tier      text        COLLATE "C" NOT NULL,
    until     date,
    post_time timestamptz NOT NULL,
    partition smallint    NOT NULL,
    position  bigint      NOT NULL,
    PRIMARY KEY (bucket, program, home, ladder_id, version, day)
);
COMMENT ON TABLE tier_record IS 'from a version of the wallet on it is known that from a day on the tier is this';

CREATE TABLE limit_use (
    bucket      smallint NOT NULL,
    program     text     COLLATE "C" NOT NULL,
    home        text     COLLATE "C" NOT NULL,
    limit_id    text     COLLATE "C" NOT NULL,
    window_key  text     COLLATE "C" NOT NULL,
    points      bigint   NOT NULL,
    minor_units bigint   NOT NULL,
    told        integer  NOT NULL DEFAULT 0,
    PRIMARY KEY (bucket, program, home, limit_id, window_key)
) WITH (fillfactor = 85);
COMMENT ON TABLE limit_use IS 'what the accruals of a home count against a limit of members';
COMMENT ON COLUMN limit_use.told IS 'the highest mark that was told, in basis points';

CREATE TABLE budget (
    program            text     COLLATE "C" NOT NULL,
    limit_id           text     COLLATE "C" NOT NULL,
    window_key         text     COLLATE "C" NOT NULL,
    limit_points       bigint,
    limit_minor_units  bigint,
    currency           text     COLLATE "C" NOT NULL,
    told               integer  NOT NULL DEFAULT 0,
    PRIMARY KEY (program, limit_id, window_key)
);
COMMENT ON TABLE budget IS 'limits that everybody shares, as they were last allotted; locked before any of its allotments';

CREATE TABLE allotment (
    program             text     COLLATE "C" NOT NULL,
    limit_id            text     COLLATE "C" NOT NULL,
    window_key          text     COLLATE "C" NOT NULL,
    partition           smallint NOT NULL,
    allotted_points     bigint   NOT NULL,
    allotted_minor_units bigint  NOT NULL,
    used_points         bigint   NOT NULL,
    used_minor_units    bigint   NOT NULL,
    PRIMARY KEY (program, limit_id, window_key, partition)
) WITH (fillfactor = 70);
COMMENT ON TABLE allotment IS 'a lane''s share of a budget: it grants up to it without looking at the others';

GRANT SELECT ON activity, activity_mixed, ladder_track, manual_tier, tier_record, limit_use, budget, allotment
    TO {app_role};
GRANT INSERT, UPDATE ON activity, activity_mixed, ladder_track, limit_use, budget, allotment TO {app_role};
GRANT INSERT, UPDATE (end_day) ON manual_tier TO {app_role};
GRANT INSERT ON tier_record TO {app_role};
GRANT DELETE ON ladder_track TO {app_role};
