-- The books: what was taken from the ledger's log, the journal, and running totals beside it. What is history can be
-- added to and never changed by the serving role; only cursor, journal ends, totals and parked events move.

CREATE TABLE log_cursor (
    partition  integer PRIMARY KEY CHECK (partition >= 0),
    position   bigint  NOT NULL DEFAULT 0 CHECK (position >= 0),
    event_hash bytea   NOT NULL DEFAULT ''
);
COMMENT ON TABLE log_cursor IS 'The last booked event of each log partition: everything up to it is in the books.';

CREATE TABLE booked_event (
    partition          integer     NOT NULL,
    position           bigint      NOT NULL CHECK (position > 0),
    program            text        COLLATE "C" NOT NULL,
    event_type         text        COLLATE "C" NOT NULL,
    subject_id         text        COLLATE "C" NOT NULL,
    revision           text        COLLATE "C" NOT NULL,
    location_id        text        COLLATE "C" NOT NULL,
    operator_entity_id text        COLLATE "C" NOT NULL,
    region             text        COLLATE "C" NOT NULL,
    channel            text        COLLATE "C" NOT NULL,
    brand_id           text        COLLATE "C" NOT NULL,
    redeemer_entity_id text        COLLATE "C" NOT NULL,
    occur_time         timestamptz NOT NULL,
    post_time          timestamptz NOT NULL,
    hash               bytea       NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (partition, position)
);
COMMENT ON TABLE booked_event IS 'Every event in the books; append-only.';

CREATE TABLE booked_movement (
    program           text    COLLATE "C" NOT NULL,
    home_member_id    text    COLLATE "C" NOT NULL,
    sequence          bigint  NOT NULL CHECK (sequence > 0),
    partition         integer NOT NULL,
    position          bigint  NOT NULL,
    kind              text    COLLATE "C" NOT NULL,
    cause             text    COLLATE "C" NOT NULL,
    cause_id          text    COLLATE "C" NOT NULL,
    spent_at          text    COLLATE "C" NOT NULL CHECK (spent_at IN ('', 'OWN', 'CROSS', 'REPAYMENT')),
    points            bigint  NOT NULL,
    outstanding_after bigint  NOT NULL,
    accrual_id        text    COLLATE "C" NOT NULL,
    brand_id          text    COLLATE "C" NOT NULL,
    issuer_entity_id  text    COLLATE "C" NOT NULL,
    rule_version      text    COLLATE "C" NOT NULL,
    order_id          text    COLLATE "C" NOT NULL,
    line_number       integer NOT NULL,
    PRIMARY KEY (program, home_member_id, sequence)
);
COMMENT ON TABLE booked_movement IS 'Every movement in the books, the lineage of its entries; append-only.';
COMMENT ON COLUMN booked_movement.outstanding_after IS 'Remaining and held points of the accrual after it.';
COMMENT ON COLUMN booked_movement.order_id IS 'The order that earned the accrual.';

CREATE FUNCTION is_balanced(amounts bigint[]) RETURNS boolean LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    amount bigint;
    total  numeric := 0;
BEGIN
    FOREACH amount IN ARRAY amounts LOOP
        IF amount IS NULL OR amount = 0 THEN
            RETURN false;
        END IF;
        total := total + amount;
    END LOOP;
    RETURN total = 0 AND cardinality(amounts) >= 2;
END
$$;
COMMENT ON FUNCTION is_balanced IS 'True if there are two amounts or more, none is zero, and they sum to zero.';

CREATE TABLE journal_entry (
    program           text     COLLATE "C" NOT NULL,
    entry_number      bigint   NOT NULL CHECK (entry_number > 0),
    entity_id         text     COLLATE "C" NOT NULL,
    currency_code     text     COLLATE "C" NOT NULL,
    home_member_id    text     COLLATE "C" NOT NULL,
    movement_sequence bigint   NOT NULL,
    accounts          text[]   COLLATE "C" NOT NULL,
    counterparties    text[]   COLLATE "C" NOT NULL,
    amounts           bigint[] NOT NULL,
    hash              bytea    NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (program, entry_number),
    CONSTRAINT entry_is_balanced CHECK (is_balanced(amounts)),
    CONSTRAINT entry_is_whole
        CHECK (cardinality(accounts) = cardinality(amounts) AND cardinality(counterparties) = cardinality(amounts))
);
COMMENT ON TABLE journal_entry IS 'One balanced entry in one entity''s books and one currency, whole in one row, so '
    'that it is balanced from the moment it exists and nothing can be added to it; append-only.';
COMMENT ON COLUMN journal_entry.amounts IS 'Minor units, one per posting: above zero a debit, below a credit.';
CREATE INDEX journal_entry_of_entity ON journal_entry (program, entity_id, entry_number);

CREATE VIEW posting AS
SELECT e.program, e.entry_number, p.posting_number, e.entity_id, e.currency_code, p.account, p.counterparty, p.amount,
       e.home_member_id, e.movement_sequence
  FROM journal_entry AS e
 CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts)
       WITH ORDINALITY AS p (account, counterparty, amount, posting_number);
COMMENT ON VIEW posting IS 'The postings of all entries, one a row.';

CREATE TABLE journal_head (
    program      text   COLLATE "C" PRIMARY KEY,
    entry_number bigint NOT NULL DEFAULT 0,
    hash         bytea  NOT NULL DEFAULT decode(repeat('00', 32), 'hex')
);
COMMENT ON TABLE journal_head IS 'The end of each program''s journal; its row lock serializes appending.';

CREATE TABLE account_total (
    program       text   COLLATE "C" NOT NULL,
    entity_id     text   COLLATE "C" NOT NULL,
    currency_code text   COLLATE "C" NOT NULL,
    account       text   COLLATE "C" NOT NULL,
    counterparty  text   COLLATE "C" NOT NULL,
    brand_id      text   COLLATE "C" NOT NULL,
    balance       bigint NOT NULL,
    PRIMARY KEY (program, entity_id, currency_code, account, counterparty, brand_id)
);
COMMENT ON TABLE account_total IS 'Balance of each account, debits positive, by the issuing brand of the accruals.';

CREATE TABLE brand_total (
    program     text   COLLATE "C" NOT NULL,
    brand_id    text   COLLATE "C" NOT NULL,
    kind        text   COLLATE "C" NOT NULL,
    spent_at    text   COLLATE "C" NOT NULL,
    points      bigint NOT NULL,
    outstanding bigint NOT NULL,
    debt        bigint NOT NULL,
    PRIMARY KEY (program, brand_id, kind, spent_at)
);
COMMENT ON TABLE brand_total IS 'Points of each brand by kind of movement, and what they did to outstanding points and '
    'to the debt among them.';

CREATE TABLE parked_event (
    partition    integer     NOT NULL,
    position     bigint      NOT NULL,
    program      text        COLLATE "C" NOT NULL,
    hash         bytea       NOT NULL,
    encoded      bytea       NOT NULL,
    reason       text        NOT NULL,
    park_time    timestamptz NOT NULL DEFAULT clock_timestamp(),
    resolve_time timestamptz,
    PRIMARY KEY (partition, position)
);
COMMENT ON TABLE parked_event IS 'Events that could not be booked, as they came. Until one is resolved its partition '
    'stands still before it.';

CREATE TABLE closed_period (
    program       text        COLLATE "C" NOT NULL,
    period        text        COLLATE "C" NOT NULL,
    cut_positions bigint[]    NOT NULL,
    figures_hash  bytea       NOT NULL CHECK (length(figures_hash) = 32),
    close_time    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (program, period)
);
COMMENT ON TABLE closed_period IS 'Closed periods: the cut and the hash of every figure up to it; append-only.';
COMMENT ON COLUMN closed_period.cut_positions IS 'Position per partition, partition 0 first.';

CREATE FUNCTION figures_hash(of_program text, cut_positions bigint[]) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT sha256(convert_to(coalesce(string_agg(
               concat_ws('|', balance.entity_id, balance.currency_code, balance.account, balance.counterparty,
                         balance.amount), E'\n'
               ORDER BY balance.entity_id, balance.currency_code, balance.account, balance.counterparty), ''), 'UTF8'))
      FROM (
        SELECT p.entity_id, p.currency_code, p.account, p.counterparty, sum(p.amount) AS amount
          FROM posting AS p
          JOIN booked_movement AS m
            ON m.program = p.program AND m.home_member_id = p.home_member_id AND m.sequence = p.movement_sequence
         WHERE p.program = of_program AND m.position <= cut_positions[m.partition + 1]
         GROUP BY p.entity_id, p.currency_code, p.account, p.counterparty
      ) AS balance
$$;
COMMENT ON FUNCTION figures_hash IS 'SHA-256 over the balance of every account of a program up to a cut, one a line.';

GRANT SELECT, INSERT ON booked_event, booked_movement, journal_entry, closed_period TO {app_role};
GRANT SELECT, INSERT, UPDATE ON log_cursor, journal_head, account_total, brand_total, parked_event TO {app_role};
GRANT SELECT ON posting TO {app_role};
