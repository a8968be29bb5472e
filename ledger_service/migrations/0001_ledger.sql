-- The ledger's tables. Every member-keyed primary key begins with the member's bucket (later the distribution
-- column); the directories of requests and documents are keyed by their own hash. The serving role may only append
-- to movements, obligations and events: it has no UPDATE and no DELETE there (I7).

CREATE TABLE installation (
    only_row   boolean  PRIMARY KEY DEFAULT true CHECK (only_row),
    partitions smallint NOT NULL CHECK (partitions BETWEEN 1 AND 256)
);
COMMENT ON TABLE installation IS 'Choices fixed when the ledger was installed.';
INSERT INTO installation (partitions) VALUES ({partitions});

CREATE TABLE head (
    partition   smallint    PRIMARY KEY,
    epoch       bigint      NOT NULL DEFAULT 0,
    owner       text        NOT NULL DEFAULT '',
    lease_until timestamptz NOT NULL DEFAULT '-infinity',
    position    bigint      NOT NULL DEFAULT 0 CHECK (position >= 0),
    hash        bytea       NOT NULL DEFAULT decode(repeat('00', 32), 'hex')
);
COMMENT ON TABLE head IS 'Per log partition: who writes it, at which position it stands, the hash of its last event.';
INSERT INTO head (partition) SELECT generate_series(0, (SELECT partitions FROM installation) - 1);

CREATE TABLE request_key (
    key         bytea    PRIMARY KEY,
    fingerprint bytea    NOT NULL,
    partition   smallint,
    position    bigint,
    refusal     bytea,
    CHECK ((position IS NULL) = (partition IS NULL)),
    CHECK (position IS NULL OR refusal IS NULL)
);
COMMENT ON TABLE request_key IS 'Directory of request ids, kept for ever: what was asked and what became of it.';

CREATE TABLE document_key (
    key         bytea    PRIMARY KEY,
    fingerprint bytea    NOT NULL,
    state       text     NOT NULL DEFAULT 'POSTED' CHECK (state IN ('POSTED', 'AWAITED')),
    program     text     COLLATE "C" NOT NULL,
    home        text     COLLATE "C" NOT NULL,
    partition   smallint,
    position    bigint
);
COMMENT ON TABLE document_key IS 'Directory of posted documents: whose they are and where in the log.';

CREATE TABLE wallet (
    bucket             smallint    NOT NULL CHECK (bucket BETWEEN 0 AND 255),
    program            text        COLLATE "C" NOT NULL,
    member             text        COLLATE "C" NOT NULL,
    version            bigint      NOT NULL,
    balance            bigint      NOT NULL,
    positive           bigint      NOT NULL CHECK (positive >= 0),
    held               bigint      NOT NULL CHECK (held >= 0),
    debt               bigint      NOT NULL CHECK (debt >= 0),
    last_post_time     timestamptz NOT NULL,
    last_activity_time timestamptz,
    next_expire_time   timestamptz,
    pending_until      timestamptz,
    fence              bigint      NOT NULL,
    merge_seq          bigint      NOT NULL,
    PRIMARY KEY (bucket, program, member)
);
COMMENT ON TABLE wallet IS 'Running totals of a root member; the row lock on it serializes the member''s commands.';

CREATE TABLE home (
    bucket  smallint NOT NULL,
    program text     COLLATE "C" NOT NULL,
    member  text     COLLATE "C" NOT NULL,
    length  bigint   NOT NULL CHECK (length >= 0),
    hash    bytea    NOT NULL,
    PRIMARY KEY (bucket, program, member)
);
COMMENT ON TABLE home IS 'The end of each home''s movement chain.';

CREATE TABLE accrual (
    bucket           smallint    NOT NULL,
    program          text        COLLATE "C" NOT NULL,
    accrual_id       text        COLLATE "C" NOT NULL,
    home             text        COLLATE "C" NOT NULL,
    order_id         text        COLLATE "C" NOT NULL,
    line_number      integer     NOT NULL,
    brand            text        COLLATE "C" NOT NULL,
    issuer           text        COLLATE "C" NOT NULL,
    rule_id          text        COLLATE "C" NOT NULL,
    rule_version     text        COLLATE "C" NOT NULL,
    rule_ordinal     integer     NOT NULL,
    kind             text        COLLATE "C" NOT NULL CHECK (kind IN ('base', 'bonus')),
    revision         text        COLLATE "C" NOT NULL,
    offer_id         text        COLLATE "C" NOT NULL,
    funders          text        COLLATE "C" NOT NULL,
    location_id      text        COLLATE "C" NOT NULL,
    operator         text        COLLATE "C" NOT NULL,
    region           text        COLLATE "C" NOT NULL,
    channel          text        COLLATE "C" NOT NULL,
    currency         text        COLLATE "C" NOT NULL,
    rate_numerator   bigint      NOT NULL CHECK (rate_numerator >= 0),
    rate_denominator bigint      NOT NULL CHECK (rate_denominator > 0),
    scope            text        COLLATE "C" NOT NULL,
    desired          bigint      NOT NULL,
    granted          bigint      NOT NULL CHECK (granted > 0),
    earn_time        timestamptz NOT NULL,
    available_time   timestamptz,
    expire_time      timestamptz,
    remaining        bigint      NOT NULL,
    held             bigint      NOT NULL CHECK (held >= 0),
    reversed         bigint      NOT NULL CHECK (reversed BETWEEN 0 AND granted),
    expired          bigint      NOT NULL CHECK (expired >= 0),
    PRIMARY KEY (bucket, program, accrual_id)
);
COMMENT ON COLUMN accrual.funders IS 'entity=share in hundredths of a percent, comma-separated, in frozen order';
COMMENT ON TABLE accrual IS 'Points given by one rule to one line of one order; frozen at birth but for its balances.';
CREATE INDEX accrual_burn_order ON accrual
    (bucket, program, home, (scope = ''), expire_time, earn_time, order_id, line_number, rule_ordinal, rule_id)
    WHERE remaining > 0;
CREATE INDEX accrual_in_debt ON accrual (bucket, program, home) WHERE remaining + held < 0;
CREATE INDEX accrual_pending ON accrual (bucket, program, home, available_time)
    WHERE remaining > 0 AND available_time IS NOT NULL;
CREATE INDEX accrual_of_order ON accrual (bucket, program, order_id, line_number);

CREATE TABLE movement (
    bucket          smallint    NOT NULL,
    program         text        COLLATE "C" NOT NULL,
    home            text        COLLATE "C" NOT NULL,
    sequence        bigint      NOT NULL CHECK (sequence > 0),
    accrual_id      text        COLLATE "C" NOT NULL,
    kind            text        COLLATE "C" NOT NULL,
    points          bigint      NOT NULL,
    remaining_after bigint      NOT NULL,
    held_after      bigint      NOT NULL CHECK (held_after >= 0),
    cause           text        COLLATE "C" NOT NULL,
    cause_id        text        COLLATE "C" NOT NULL,
    line_number     integer     NOT NULL,
    value_currency  text        COLLATE "C",
    value           bigint,
    price_currency  text        COLLATE "C",
    price           bigint,
    pays_home       text        COLLATE "C",
    pays_sequence   bigint,
    occur_time      timestamptz NOT NULL,
    post_time       timestamptz NOT NULL,
    available_time  timestamptz,
    expire_time     timestamptz,
    partition       smallint    NOT NULL,
    position        bigint      NOT NULL,
    hash            bytea       NOT NULL,
    PRIMARY KEY (bucket, program, home, sequence),
    CHECK (points > 0 OR kind IN ('adjusted', 'repaid', 'rescheduled')),
    CHECK (kind IN ('earned', 'imported', 'transferred_in', 'held', 'unheld', 'redeemed', 'restored', 'reversed',
                    'repaid', 'expired', 'adjusted', 'transferred_out', 'rescheduled'))
);
COMMENT ON TABLE movement IS 'Append-only changes to accruals, chained by hash per home.';

CREATE TABLE obligation (
    bucket       smallint NOT NULL,
    program      text     COLLATE "C" NOT NULL,
    home         text     COLLATE "C" NOT NULL,
    sequence     bigint   NOT NULL,
    ordinal      smallint NOT NULL,
    debtor       text     COLLATE "C" NOT NULL,
    creditor     text     COLLATE "C" NOT NULL,
    currency     text     COLLATE "C" NOT NULL,
    amount       bigint   NOT NULL CHECK (amount <> 0),
    agreement_id text     COLLATE "C" NOT NULL,
    PRIMARY KEY (bucket, program, home, sequence, ordinal),
    CHECK (debtor <> creditor)
);
COMMENT ON TABLE obligation IS 'What one entity owes another because of one movement, one row per funder.';

CREATE TABLE burn (
    bucket        smallint NOT NULL,
    program       text     COLLATE "C" NOT NULL,
    accrual_id    text     COLLATE "C" NOT NULL,
    home          text     COLLATE "C" NOT NULL,
    sequence      bigint   NOT NULL,
    points        bigint   NOT NULL CHECK (points > 0),
    currency      text     COLLATE "C" NOT NULL,
    price         bigint   NOT NULL CHECK (price >= 0),
    repaid_points bigint   NOT NULL CHECK (repaid_points BETWEEN 0 AND points),
    repaid_price  bigint   NOT NULL CHECK (repaid_price BETWEEN 0 AND price),
    PRIMARY KEY (bucket, program, accrual_id, home, sequence)
);
COMMENT ON TABLE burn IS 'Per redeemed movement: how much of it debt repayments have paid.';

CREATE TABLE posted_order (
    bucket    smallint    NOT NULL,
    program   text        COLLATE "C" NOT NULL,
    order_id  text        COLLATE "C" NOT NULL,
    home      text        COLLATE "C" NOT NULL,
    state     text        COLLATE "C" NOT NULL CHECK (state IN ('accepted', 'evaluated', 'claimable', 'refused')),
    revision  text        COLLATE "C" NOT NULL,
    document  bytea       NOT NULL,
    post_time timestamptz NOT NULL,
    PRIMARY KEY (bucket, program, order_id)
);
COMMENT ON TABLE posted_order IS 'Sales as they were posted; the document is JSON.';

CREATE TABLE returned_line (
    bucket      smallint NOT NULL,
    program     text     COLLATE "C" NOT NULL,
    order_id    text     COLLATE "C" NOT NULL,
    line_number integer  NOT NULL,
    home        text     COLLATE "C" NOT NULL,
    basis       text     COLLATE "C" NOT NULL CHECK (basis IN ('quantity', 'amount', 'whole')),
    returned    bigint   NOT NULL CHECK (returned BETWEEN 1 AND sold),
    sold        bigint   NOT NULL,
    PRIMARY KEY (bucket, program, order_id, line_number)
);
COMMENT ON TABLE returned_line IS 'How much of a sale''s line has come back.';

CREATE TABLE posted_return (
    bucket    smallint    NOT NULL,
    program   text        COLLATE "C" NOT NULL,
    return_id text        COLLATE "C" NOT NULL,
    home      text        COLLATE "C" NOT NULL,
    document  bytea       NOT NULL,
    post_time timestamptz NOT NULL,
    PRIMARY KEY (bucket, program, return_id)
);
COMMENT ON TABLE posted_return IS 'Returns as they were posted; the document is JSON.';

CREATE TABLE redemption (
    bucket           smallint    NOT NULL,
    program          text        COLLATE "C" NOT NULL,
    redemption_id    text        COLLATE "C" NOT NULL,
    root             text        COLLATE "C" NOT NULL,
    brand            text        COLLATE "C" NOT NULL,
    redeemer         text        COLLATE "C" NOT NULL,
    location_id      text        COLLATE "C" NOT NULL,
    points           bigint      NOT NULL CHECK (points > 0),
    currency         text        COLLATE "C" NOT NULL,
    value            bigint      NOT NULL CHECK (value > 0),
    rate_numerator   bigint      NOT NULL,
    rate_denominator bigint      NOT NULL CHECK (rate_denominator > 0),
    revision         text        COLLATE "C" NOT NULL,
    occur_time       timestamptz NOT NULL,
    post_time        timestamptz NOT NULL,
    PRIMARY KEY (bucket, program, redemption_id)
);
COMMENT ON TABLE redemption IS 'Points spent at one brand in one command.';

CREATE TABLE event (
    partition smallint    NOT NULL,
    position  bigint      NOT NULL CHECK (position > 0),
    program   text        COLLATE "C" NOT NULL,
    type      text        COLLATE "C" NOT NULL,
    post_time timestamptz NOT NULL,
    payload   bytea       NOT NULL,
    answer    bytea       NOT NULL,
    hash      bytea       NOT NULL,
    PRIMARY KEY (partition, position)
);
COMMENT ON TABLE event IS 'The log: one entry per applied command; payload and answer are canonical JSON.';

GRANT SELECT ON ALL TABLES IN SCHEMA public TO {app_role};
GRANT INSERT, UPDATE ON wallet, home, accrual, burn, returned_line TO {app_role};
GRANT INSERT ON movement, obligation, event, posted_order, posted_return, redemption TO {app_role};
GRANT INSERT, UPDATE, DELETE ON request_key, document_key TO {app_role};
GRANT UPDATE ON head TO {app_role};
