-- Periods, figures by day, what entries tell of points, vouchers, netting with its payments, and reconciliations.
--
-- A period ends where the ledger's barrier (an event PERIOD_CUT, one in each partition, written in one transaction)
-- lies in the log: what is booked before the barrier of a partition belongs to the period, what follows to the next.
-- Periods of a program are counted from 1; the open one is the first without a barrier.

CREATE TABLE period_cut (
    program   text        COLLATE "C" NOT NULL,
    sequence  integer     NOT NULL CHECK (sequence > 0),
    partition integer     NOT NULL,
    position  bigint      NOT NULL CHECK (position > 0),
    period    text        COLLATE "C" NOT NULL CHECK (period ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
    cut_time  timestamptz NOT NULL,
    PRIMARY KEY (program, sequence, partition)
);
COMMENT ON TABLE period_cut IS 'Where the barriers of periods lie, as they were booked; append-only. A period is cut '
    'once every partition has its row.';

ALTER TABLE closed_period
    ADD COLUMN sequence    integer CHECK (sequence > 0),
    ADD COLUMN last_day    date,
    ADD COLUMN signed_name text NOT NULL DEFAULT '',
    ADD COLUMN caller      text NOT NULL DEFAULT '',
    ADD COLUMN note        text NOT NULL DEFAULT '',
    ADD COLUMN checklist   text NOT NULL DEFAULT '',
    ADD CONSTRAINT closed_once UNIQUE (program, sequence);
COMMENT ON COLUMN closed_period.signed_name IS 'Who signed it off, by name; caller is the token that called.';
COMMENT ON COLUMN closed_period.last_day IS 'The latest UTC day of anything in this period or one before.';
COMMENT ON COLUMN closed_period.checklist IS 'The checklist as it was signed, canonical JSON.';

ALTER TABLE booked_event
    ADD COLUMN period_sequence integer NOT NULL DEFAULT 1,
    ADD COLUMN sold_lines      text COLLATE "C" NOT NULL DEFAULT '';
COMMENT ON COLUMN booked_event.sold_lines IS 'Lines that earned points, each as `line brand currency minor-units month`, '
    'comma-separated; the month is the one of its points.';
CREATE INDEX booked_event_of_period ON booked_event (program, period_sequence, partition, position);

ALTER TABLE booked_movement
    ADD COLUMN period_sequence     integer NOT NULL DEFAULT 1,
    ADD COLUMN line_of_cause       integer NOT NULL DEFAULT 0,
    ADD COLUMN rule_id             text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN offer_id            text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN revision            text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN funders             text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN currency_code       text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN rate_numerator      bigint NOT NULL DEFAULT 0,
    ADD COLUMN rate_denominator    bigint NOT NULL DEFAULT 1,
    ADD COLUMN earn_time           timestamptz,
    ADD COLUMN origin              text COLLATE "C" NOT NULL DEFAULT 'SALE'
        CHECK (origin IN ('SALE', 'IMPORT', 'GOODWILL')),
    ADD COLUMN earn_location_id    text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN earn_operator       text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN earn_region         text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN settlement_policy   text COLLATE "C" NOT NULL DEFAULT 'REIMBURSE'
        CHECK (settlement_policy IN ('REIMBURSE', 'RESERVE', 'NONE')),
    ADD COLUMN reserve_entity_id   text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN redeemer_entity_id  text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN value_currency      text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN value               bigint NOT NULL DEFAULT 0,
    ADD COLUMN price_currency      text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN price               bigint NOT NULL DEFAULT 0,
    ADD COLUMN at_brand_id         text COLLATE "C" NOT NULL DEFAULT '';
COMMENT ON COLUMN booked_movement.line_of_cause IS 'Line of the order or redemption the movement belongs to; 0: none.';
COMMENT ON COLUMN booked_movement.revision IS 'The revision that gave the accrual.';
COMMENT ON COLUMN booked_movement.funders IS 'entity=basis points, comma-separated, in frozen order.';
COMMENT ON COLUMN booked_movement.earn_time IS 'Of the accrual; null only in rows from before this migration.';
COMMENT ON COLUMN booked_movement.at_brand_id IS 'The brand at which redeemed or restored points were spent; empty for '
    'repayments and all other movements.';

-- Of what was booked before, the event says it where it has one brand; of orders and returns it says none.
UPDATE booked_movement AS m
   SET at_brand_id = v.brand_id
  FROM booked_event AS v
 WHERE v.partition = m.partition AND v.position = m.position AND v.brand_id <> ''
   AND m.kind IN ('REDEEMED', 'RESTORED') AND m.cause <> 'REPAYMENT';

ALTER TABLE journal_entry
    ADD COLUMN period_sequence integer  NOT NULL DEFAULT 1,
    ADD COLUMN voucher_id      text     COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN encoding        smallint NOT NULL DEFAULT 1,
    ADD COLUMN point_accounts  text[]   COLLATE "C" NOT NULL DEFAULT '{}',
    ADD COLUMN point_amounts   bigint[] NOT NULL DEFAULT '{}',
    DROP CONSTRAINT entry_is_balanced,
    ADD CONSTRAINT entry_is_balanced CHECK (
        (is_balanced(amounts) OR cardinality(amounts) = 0) AND (is_balanced(point_amounts) OR cardinality(point_amounts) = 0)
        AND cardinality(amounts) + cardinality(point_amounts) > 0
    ),
    ADD CONSTRAINT points_are_whole CHECK (cardinality(point_accounts) = cardinality(point_amounts)),
    ADD CONSTRAINT entry_has_a_source CHECK ((voucher_id = '') = (home_member_id <> ''));
COMMENT ON COLUMN journal_entry.currency_code IS 'ISO 4217; empty if the entry is of points alone.';
COMMENT ON COLUMN journal_entry.voucher_id IS 'The voucher behind it; empty if a movement is.';
COMMENT ON COLUMN journal_entry.point_amounts IS 'The points side of the issuer''s entry: whole points, debits positive.';
CREATE OR REPLACE VIEW posting AS
SELECT e.program, e.entry_number, p.posting_number, e.entity_id, e.currency_code, p.account, p.counterparty, p.amount,
       e.home_member_id, e.movement_sequence, e.period_sequence, e.voucher_id
  FROM journal_entry AS e
 CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts)
       WITH ORDINALITY AS p (account, counterparty, amount, posting_number);

CREATE VIEW point_posting AS
SELECT e.program, e.entry_number, p.posting_number, e.entity_id, p.account, p.amount, e.home_member_id,
       e.movement_sequence, e.period_sequence
  FROM journal_entry AS e
 CROSS JOIN LATERAL unnest(e.point_accounts, e.point_amounts)
       WITH ORDINALITY AS p (account, amount, posting_number);
COMMENT ON VIEW point_posting IS 'The points of all entries, one posting a row.';

CREATE VIEW counted_movement AS
SELECT m.program, m.home_member_id, m.sequence, m.partition, m.position, m.period_sequence,
       (v.post_time AT TIME ZONE 'UTC')::date AS day, m.kind, m.cause, m.spent_at, m.points::numeric AS points,
       e.outstanding,
       greatest(-m.outstanding_after::numeric, 0) - greatest(e.outstanding - m.outstanding_after, 0) AS debt,
       m.brand_id, m.issuer_entity_id, m.earn_time, m.earn_region, m.earn_operator, m.earn_location_id,
       v.region, v.operator_entity_id, v.location_id, m.at_brand_id,
       m.currency_code, m.origin, m.rate_numerator, m.rate_denominator, m.settlement_policy, m.reserve_entity_id,
       m.value_currency, m.value
  FROM booked_movement AS m
  JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
 CROSS JOIN LATERAL (
    SELECT m.points::numeric
               * CASE WHEN m.kind IN ('EARNED', 'IMPORTED', 'TRANSFERRED_IN', 'RESTORED', 'REPAID', 'ADJUSTED') THEN 1
                      WHEN m.kind IN ('REDEEMED', 'REVERSED', 'EXPIRED', 'TRANSFERRED_OUT') THEN -1
                      ELSE 0 END AS outstanding
 ) AS e;
COMMENT ON VIEW counted_movement IS 'Booked movements with what each did to outstanding points and to the debt among them.';

CREATE INDEX journal_entry_of_period ON journal_entry (program, period_sequence, entity_id, entry_number);
CREATE INDEX journal_entry_of_movement ON journal_entry (program, home_member_id, movement_sequence);
CREATE INDEX journal_entry_of_voucher ON journal_entry (program, voucher_id) WHERE voucher_id <> '';

CREATE TABLE account_day (
    program         text    COLLATE "C" NOT NULL,
    period_sequence integer NOT NULL,
    day             date    NOT NULL,
    entity_id       text    COLLATE "C" NOT NULL,
    currency_code   text    COLLATE "C" NOT NULL,
    account         text    COLLATE "C" NOT NULL,
    counterparty    text    COLLATE "C" NOT NULL,
    brand_id        text    COLLATE "C" NOT NULL,
    amount          numeric NOT NULL,
    debits          numeric NOT NULL DEFAULT 0,
    PRIMARY KEY (program, period_sequence, day, entity_id, currency_code, account, counterparty, brand_id)
);
COMMENT ON TABLE account_day IS 'What was posted to each account by period and UTC day of commit, debits positive; '
    'currency empty: points.';
COMMENT ON COLUMN account_day.debits IS 'The debits among it; credits are debits less amount.';

CREATE TABLE brand_day (
    program         text    COLLATE "C" NOT NULL,
    period_sequence integer NOT NULL,
    day             date    NOT NULL,
    brand_id        text    COLLATE "C" NOT NULL,
    kind            text    COLLATE "C" NOT NULL,
    spent_at        text    COLLATE "C" NOT NULL,
    at_brand_id     text    COLLATE "C" NOT NULL,
    points          numeric NOT NULL,
    outstanding     numeric NOT NULL,
    debt            numeric NOT NULL,
    PRIMARY KEY (program, period_sequence, day, brand_id, kind, spent_at, at_brand_id)
);
COMMENT ON TABLE brand_day IS 'Points of each brand by period, UTC day, kind and the brand they were spent at.';

CREATE TABLE cohort_total (
    program          text    COLLATE "C" NOT NULL,
    period_sequence  integer NOT NULL,
    brand_id         text    COLLATE "C" NOT NULL,
    month            text    COLLATE "C" NOT NULL,
    currency_code    text    COLLATE "C" NOT NULL,
    origin           text    COLLATE "C" NOT NULL,
    rate_numerator   bigint  NOT NULL,
    rate_denominator bigint  NOT NULL,
    kind             text    COLLATE "C" NOT NULL,
    points           numeric NOT NULL,
    outstanding      numeric NOT NULL,
    debt             numeric NOT NULL,
    liability        numeric NOT NULL,
    receivable       numeric NOT NULL,
    PRIMARY KEY (program, period_sequence, brand_id, month, currency_code, origin, rate_numerator, rate_denominator,
                 kind)
);
COMMENT ON TABLE cohort_total IS 'What became of points that were earned in one UTC month, by period and kind of movement.';

CREATE TABLE cohort_sale (
    program         text    COLLATE "C" NOT NULL,
    period_sequence integer NOT NULL,
    brand_id        text    COLLATE "C" NOT NULL,
    month           text    COLLATE "C" NOT NULL,
    currency_code   text    COLLATE "C" NOT NULL,
    paid            numeric NOT NULL,
    PRIMARY KEY (program, period_sequence, brand_id, month, currency_code)
);
COMMENT ON TABLE cohort_sale IS 'What was paid for the lines that gave a cohort its points, minor units.';

CREATE TABLE place_total (
    program         text    COLLATE "C" NOT NULL,
    period_sequence integer NOT NULL,
    region          text    COLLATE "C" NOT NULL,
    operator_id     text    COLLATE "C" NOT NULL,
    location_id     text    COLLATE "C" NOT NULL,
    brand_id        text    COLLATE "C" NOT NULL,
    measure         text    COLLATE "C" NOT NULL,
    party           text    COLLATE "C" NOT NULL,
    currency_code   text    COLLATE "C" NOT NULL,
    amount          numeric NOT NULL,
    PRIMARY KEY (program, period_sequence, region, operator_id, location_id, brand_id, measure, party, currency_code)
);
COMMENT ON TABLE place_total IS 'Measures of roll-ups by place, brand and period; party is the funder where one is '
    'meant, currency empty: points. What each measure is: settlement_service/domain/roll_ups.';

CREATE TABLE period_balance (
    program         text    COLLATE "C" NOT NULL,
    period_sequence integer NOT NULL,
    entity_id       text    COLLATE "C" NOT NULL,
    currency_code   text    COLLATE "C" NOT NULL,
    account         text    COLLATE "C" NOT NULL,
    counterparty    text    COLLATE "C" NOT NULL,
    brand_id        text    COLLATE "C" NOT NULL,
    balance         numeric NOT NULL,
    PRIMARY KEY (program, period_sequence, entity_id, currency_code, account, counterparty, brand_id)
);
COMMENT ON TABLE period_balance IS 'Closing balance of each account of a closed period; append-only.';

CREATE TABLE period_brand (
    program         text    COLLATE "C" NOT NULL,
    period_sequence integer NOT NULL,
    brand_id        text    COLLATE "C" NOT NULL,
    kind            text    COLLATE "C" NOT NULL,
    spent_at        text    COLLATE "C" NOT NULL,
    at_brand_id     text    COLLATE "C" NOT NULL,
    points          numeric NOT NULL,
    outstanding     numeric NOT NULL,
    debt            numeric NOT NULL,
    PRIMARY KEY (program, period_sequence, brand_id, kind, spent_at, at_brand_id)
);
COMMENT ON TABLE period_brand IS 'Totals of brands from the first movement to the end of a closed period; append-only.';

CREATE TABLE breakage_estimate (
    program              text    COLLATE "C" NOT NULL,
    period_sequence      integer NOT NULL,
    brand_id             text    COLLATE "C" NOT NULL,
    expected_numerator   bigint  NOT NULL,
    expected_denominator bigint  NOT NULL CHECK (expected_denominator > 0),
    PRIMARY KEY (program, period_sequence, brand_id)
);
COMMENT ON TABLE breakage_estimate IS 'The share of each brand''s points that was expected to be redeemed when a period '
    'was closed; append-only.';

CREATE TABLE cohort_allocation (
    program         text    COLLATE "C" NOT NULL,
    period_sequence integer NOT NULL,
    brand_id        text    COLLATE "C" NOT NULL,
    month           text    COLLATE "C" NOT NULL,
    currency_code   text    COLLATE "C" NOT NULL,
    allocated       numeric NOT NULL CHECK (allocated >= 0),
    PRIMARY KEY (program, period_sequence, brand_id, month, currency_code)
);
COMMENT ON TABLE cohort_allocation IS 'The part of a closed period''s sales that fell on the points given with them, minor '
    'units; append-only, since no later estimate divides them again (ADR 0046).';

CREATE TABLE voucher (
    program         text        COLLATE "C" NOT NULL,
    voucher_id      text        COLLATE "C" NOT NULL,
    number          text        COLLATE "C" NOT NULL,
    kind            text        COLLATE "C" NOT NULL
        CHECK (kind IN ('MONTH_END', 'ADJUSTMENT', 'DIFFERENCE', 'NETTING', 'PAYMENT')),
    period_sequence integer     NOT NULL,
    reason          text        NOT NULL,
    caller          text        COLLATE "C" NOT NULL,
    signed_name     text        NOT NULL,
    subject_id      text        COLLATE "C" NOT NULL,
    document        text        NOT NULL,
    post_time       timestamptz NOT NULL,
    PRIMARY KEY (program, voucher_id),
    UNIQUE (program, number)
);
COMMENT ON TABLE voucher IS 'What entries stand on that no movement caused; append-only. subject_id: the netting, '
    'payment or difference behind it; document: what was asked, canonical JSON.';

CREATE TABLE number_series (
    program text   COLLATE "C" NOT NULL,
    series  text   COLLATE "C" NOT NULL,
    last    bigint NOT NULL CHECK (last > 0),
    PRIMARY KEY (program, series)
);
COMMENT ON TABLE number_series IS 'Gapless numbers of vouchers, invoices and payments.';

CREATE TABLE request_key (
    program     text  COLLATE "C" NOT NULL,
    caller      text  COLLATE "C" NOT NULL,
    request_id  text  COLLATE "C" NOT NULL,
    fingerprint bytea NOT NULL,
    outcome_id  text  COLLATE "C" NOT NULL,
    PRIMARY KEY (program, caller, request_id)
);
COMMENT ON TABLE request_key IS 'Request ids of commands and what they made, in the transaction that made it.';

CREATE TABLE netting (
    program             text        COLLATE "C" NOT NULL,
    netting_id          text        COLLATE "C" NOT NULL,
    period_sequence     integer     NOT NULL,
    method              text        COLLATE "C" NOT NULL CHECK (method IN ('BILATERAL', 'MULTILATERAL')),
    settlement_currency text        COLLATE "C" NOT NULL,
    revision            text        COLLATE "C" NOT NULL,
    document            text        NOT NULL,
    hash                bytea       NOT NULL CHECK (length(hash) = 32),
    caller              text        COLLATE "C" NOT NULL,
    signed_name         text        NOT NULL,
    post_time           timestamptz NOT NULL,
    PRIMARY KEY (program, netting_id)
);
COMMENT ON TABLE netting IS 'Nettings as they were proposed: lines, legs, nets and payments as canonical JSON; append-only.';

CREATE TABLE netting_line (
    program     text   COLLATE "C" NOT NULL,
    line_id     text   COLLATE "C" NOT NULL,
    netting_id  text   COLLATE "C" NOT NULL,
    debtor      text   COLLATE "C" NOT NULL,
    creditor    text   COLLATE "C" NOT NULL,
    currency_code text COLLATE "C" NOT NULL,
    minor_units bigint NOT NULL,
    disputed    boolean NOT NULL,
    PRIMARY KEY (program, netting_id, line_id)
);
CREATE UNIQUE INDEX netting_line_once ON netting_line (program, line_id) WHERE NOT disputed;
COMMENT ON TABLE netting_line IS 'Lines of nettings; append-only. A line is netted once; a disputed one is named by '
    'each netting that leaves it out.';

CREATE TABLE payment (
    program       text   COLLATE "C" NOT NULL,
    payment_id    text   COLLATE "C" NOT NULL,
    netting_id    text   COLLATE "C" NOT NULL,
    number        text   COLLATE "C" NOT NULL,
    debtor        text   COLLATE "C" NOT NULL,
    creditor      text   COLLATE "C" NOT NULL,
    currency_code text   COLLATE "C" NOT NULL,
    minor_units   bigint NOT NULL CHECK (minor_units > 0),
    document      text   NOT NULL,
    PRIMARY KEY (program, payment_id),
    UNIQUE (program, number)
);
COMMENT ON TABLE payment IS 'Payment instructions; append-only. Their states are in payment_step.';

CREATE TABLE payment_step (
    program    text        COLLATE "C" NOT NULL,
    payment_id text        COLLATE "C" NOT NULL,
    step       integer     NOT NULL CHECK (step > 0),
    state      text        COLLATE "C" NOT NULL
        CHECK (state IN ('PROPOSED', 'APPROVED', 'SENT', 'CONFIRMED', 'FAILED', 'WITHDRAWN', 'REPLACED')),
    caller     text        COLLATE "C" NOT NULL,
    signed_name text       NOT NULL,
    reason     text        NOT NULL,
    step_time  timestamptz NOT NULL,
    PRIMARY KEY (program, payment_id, step)
);
COMMENT ON TABLE payment_step IS 'Who brought a payment to which state, in order; append-only, the last one counts.';

CREATE TABLE invoice (
    program       text        COLLATE "C" NOT NULL,
    number        text        COLLATE "C" NOT NULL,
    netting_id    text        COLLATE "C" NOT NULL,
    issuer        text        COLLATE "C" NOT NULL,
    recipient     text        COLLATE "C" NOT NULL,
    currency_code text        COLLATE "C" NOT NULL,
    minor_units   bigint      NOT NULL,
    document      text        NOT NULL,
    post_time     timestamptz NOT NULL,
    PRIMARY KEY (program, number)
);
COMMENT ON TABLE invoice IS 'Numbered invoices between entities, one a leg of a netting; append-only.';

CREATE TABLE dispute (
    program       text        COLLATE "C" NOT NULL,
    dispute_id    text        COLLATE "C" NOT NULL,
    line_id       text        COLLATE "C" NOT NULL,
    parent_line   text        COLLATE "C" NOT NULL,
    period_sequence integer   NOT NULL,
    document      text        NOT NULL,
    reason        text        NOT NULL,
    caller        text        COLLATE "C" NOT NULL,
    signed_name   text        NOT NULL,
    open_time     timestamptz NOT NULL,
    close_caller  text        COLLATE "C" NOT NULL DEFAULT '',
    close_name    text        NOT NULL DEFAULT '',
    close_reason  text        NOT NULL DEFAULT '',
    close_time    timestamptz,
    PRIMARY KEY (program, dispute_id)
);
CREATE UNIQUE INDEX dispute_open_once ON dispute (program, line_id) WHERE close_time IS NULL;
COMMENT ON TABLE dispute IS 'Lines that their parties do not agree on; while one is open the line stays out of netting.';
COMMENT ON COLUMN dispute.parent_line IS 'The line that a movement was split out of; empty: the whole line is disputed.';
COMMENT ON COLUMN dispute.document IS 'The line as it was disputed, canonical JSON.';

CREATE TABLE reconciliation (
    program           text        COLLATE "C" NOT NULL,
    reconciliation_id text        COLLATE "C" NOT NULL,
    kind              text        COLLATE "C" NOT NULL CHECK (kind IN ('LEDGER', 'PRICES', 'TILLS')),
    period_sequence   integer,
    scope             text        COLLATE "C" NOT NULL,
    up_to             bigint[]    NOT NULL,
    compared          bigint      NOT NULL,
    caller            text        COLLATE "C" NOT NULL,
    run_time          timestamptz NOT NULL,
    PRIMARY KEY (program, reconciliation_id)
);
CREATE INDEX reconciliation_in_time ON reconciliation (program, kind, run_time);
COMMENT ON TABLE reconciliation IS 'Runs of reconciliations; append-only. period_sequence: run at exactly that cut; '
    'scope: source, location and day of a till''s totals, else empty.';

CREATE TABLE reconciliation_difference (
    program           text    COLLATE "C" NOT NULL,
    reconciliation_id text    COLLATE "C" NOT NULL,
    figure            text    COLLATE "C" NOT NULL,
    expected          numeric NOT NULL,
    booked            numeric NOT NULL,
    detail            text    NOT NULL,
    PRIMARY KEY (program, reconciliation_id, figure)
);
COMMENT ON TABLE reconciliation_difference IS 'What did not tie out; append-only. detail: the lines behind it, canonical JSON.';

CREATE TABLE difference_acceptance (
    program           text        COLLATE "C" NOT NULL,
    reconciliation_id text        COLLATE "C" NOT NULL,
    figure            text        COLLATE "C" NOT NULL,
    reason            text        NOT NULL,
    caller            text        COLLATE "C" NOT NULL,
    signed_name       text        NOT NULL,
    voucher_id        text        COLLATE "C" NOT NULL,
    accept_time       timestamptz NOT NULL,
    PRIMARY KEY (program, reconciliation_id, figure)
);
COMMENT ON TABLE difference_acceptance IS 'Differences that somebody booked by name; append-only.';

CREATE TABLE control_total (
    program       text        COLLATE "C" NOT NULL,
    source        text        COLLATE "C" NOT NULL,
    location_id   text        COLLATE "C" NOT NULL,
    business_date date        NOT NULL,
    version       integer     NOT NULL CHECK (version > 0),
    document      text        NOT NULL,
    caller        text        COLLATE "C" NOT NULL,
    submit_time   timestamptz NOT NULL,
    PRIMARY KEY (program, source, location_id, business_date, version)
);
COMMENT ON TABLE control_total IS 'What tills say they sold, as they said it; append-only, the last version counts.';

CREATE FUNCTION refuse_closed_period() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT program, period_sequence FROM added) AS a
          JOIN closed_period AS c ON c.program = a.program AND c.sequence = a.period_sequence
    ) THEN
        RAISE EXCEPTION 'the period is closed' USING ERRCODE = 'check_violation', CONSTRAINT = 'period_is_open';
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION refuse_closed_period IS 'Nothing is added to a closed period (I6).';
CREATE TRIGGER closed_periods_stay AFTER INSERT ON journal_entry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION refuse_closed_period();

-- Closing figures and their hash: over the stored ones, and over the same figures recomputed from what was booked. Both
-- are lines sorted as bytes, SHA-256 over UTF-8: an auditor can write them from exports alone.
DROP FUNCTION figures_hash(text, bigint[]);

CREATE FUNCTION hash_of_lines(lines text[]) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
    SELECT sha256(convert_to(coalesce(string_agg(line, E'\n' ORDER BY line COLLATE "C"), ''), 'UTF8'))
      FROM unnest(lines) AS line
$$;
COMMENT ON FUNCTION hash_of_lines IS 'SHA-256 over lines in byte order.';

CREATE FUNCTION figures_hash(of_program text, of_sequence integer) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT hash_of_lines(array_agg(line))
      FROM (
        SELECT concat_ws('|', 'account', entity_id, currency_code, account, counterparty, brand_id, balance) AS line
          FROM period_balance
         WHERE program = of_program AND period_sequence = of_sequence
         UNION ALL
        SELECT concat_ws('|', 'brand', brand_id, kind, spent_at, at_brand_id, points, outstanding, debt)
          FROM period_brand
         WHERE program = of_program AND period_sequence = of_sequence
      ) AS figure
$$;
COMMENT ON FUNCTION figures_hash IS 'SHA-256 over the closing figures of a closed period, one a line.';

CREATE FUNCTION recomputed_figures_hash(of_program text, of_sequence integer) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT hash_of_lines(array_agg(line))
      FROM (
        SELECT concat_ws('|', 'account', p.entity_id, p.currency_code, p.account, p.counterparty,
                         coalesce(m.brand_id, ''), sum(p.amount)) AS line
          FROM (
            SELECT e.program, e.home_member_id, e.movement_sequence, e.entity_id, e.currency_code, s.account,
                   s.counterparty, s.amount
              FROM journal_entry AS e
             CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts) AS s (account, counterparty, amount)
             WHERE e.program = of_program AND e.period_sequence <= of_sequence
             UNION ALL
            SELECT e.program, e.home_member_id, e.movement_sequence, e.entity_id, '', s.account, '', s.amount
              FROM journal_entry AS e
             CROSS JOIN LATERAL unnest(e.point_accounts, e.point_amounts) AS s (account, amount)
             WHERE e.program = of_program AND e.period_sequence <= of_sequence
          ) AS p
          LEFT JOIN booked_movement AS m
            ON m.program = p.program AND m.home_member_id = p.home_member_id AND m.sequence = p.movement_sequence
         GROUP BY p.entity_id, p.currency_code, p.account, p.counterparty, coalesce(m.brand_id, '')
        HAVING sum(p.amount) <> 0
         UNION ALL
        SELECT concat_ws('|', 'brand', c.brand_id, c.kind, c.spent_at, c.at_brand_id, sum(c.points),
                         sum(c.outstanding), sum(c.debt))
          FROM counted_movement AS c
         WHERE c.program = of_program AND c.period_sequence <= of_sequence
         GROUP BY c.brand_id, c.kind, c.spent_at, c.at_brand_id
        HAVING sum(c.points) <> 0 OR sum(c.outstanding) <> 0 OR sum(c.debt) <> 0
      ) AS figure
$$;
COMMENT ON FUNCTION recomputed_figures_hash IS 'The same hash over figures summed from journal and movements.';

CREATE INDEX booked_event_off_its_month ON booked_event (program, period_sequence, occur_time);
CREATE INDEX booked_movement_of_event ON booked_movement (partition, position);

CREATE FUNCTION events_off_month(of_program text, of_sequence integer, first_moment timestamptz, after_moment timestamptz,
                                 OUT late bigint, OUT early bigint) LANGUAGE plpgsql STABLE AS $$
BEGIN
    -- Planned for the moments asked for: a plan for any would expect a third of the period before them, and read it all.
    EXECUTE 'SELECT (SELECT count(*) FROM booked_event WHERE program = $1 AND period_sequence = $2 AND occur_time < $3'
            '           AND event_type <> ''PERIOD_CUT''),'
            '       (SELECT count(*) FROM booked_event WHERE program = $1 AND period_sequence = $2 AND occur_time >= $4'
            '           AND event_type <> ''PERIOD_CUT'')'
       INTO late, early
      USING of_program, of_sequence, first_moment, after_moment;
END
$$;
COMMENT ON FUNCTION events_off_month IS 'How many events of a period happened before its month, and after it.';

-- What was booked before there were periods belongs to the first one.
INSERT INTO account_day (program, period_sequence, day, entity_id, currency_code, account, counterparty, brand_id,
                         amount, debits)
SELECT e.program, 1, (v.post_time AT TIME ZONE 'UTC')::date, e.entity_id, e.currency_code, s.account, s.counterparty,
       m.brand_id, sum(s.amount), sum(greatest(s.amount, 0))
  FROM journal_entry AS e
 CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts) AS s (account, counterparty, amount)
  JOIN booked_movement AS m
    ON m.program = e.program AND m.home_member_id = e.home_member_id AND m.sequence = e.movement_sequence
  JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
 GROUP BY 1, 3, 4, 5, 6, 7, 8;

INSERT INTO brand_day (program, period_sequence, day, brand_id, kind, spent_at, at_brand_id, points, outstanding, debt)
SELECT program, period_sequence, day, brand_id, kind, spent_at, at_brand_id, sum(points), sum(outstanding), sum(debt)
  FROM counted_movement
 GROUP BY program, period_sequence, day, brand_id, kind, spent_at, at_brand_id;

GRANT SELECT ON posting, point_posting, counted_movement TO {app_role};
GRANT SELECT, INSERT ON period_cut, period_balance, period_brand, breakage_estimate, cohort_allocation, voucher,
    request_key, netting, netting_line, payment, payment_step, invoice, reconciliation, reconciliation_difference, difference_acceptance, control_total TO {app_role};
GRANT SELECT, INSERT, UPDATE ON account_day, brand_day, cohort_total, cohort_sale, place_total, number_series, dispute
    TO {app_role};
