-- What the whole life of points needs: holds, parked returns, redemptions by line, repayments that can be unwound,
-- rolling expiry, corrections, adjustments and transfers.

ALTER TABLE document_key DROP CONSTRAINT document_key_state_check;
ALTER TABLE document_key ADD CONSTRAINT document_key_state_check CHECK (state IN ('POSTED', 'AWAITED', 'VOIDED'));
ALTER TABLE document_key ADD COLUMN awaiting text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN document_key.awaiting IS 'AWAITED: the parked returns of a sale that has not come, as home/return id';

ALTER TABLE wallet ADD COLUMN next_hold_time timestamptz;
CREATE INDEX wallet_due ON wallet (least(next_expire_time, next_hold_time))
    WHERE next_expire_time IS NOT NULL OR next_hold_time IS NOT NULL;

ALTER TABLE accrual
    ADD COLUMN rolling_months integer NOT NULL DEFAULT 0 CHECK (rolling_months >= 0),
    ADD COLUMN rolling_days   integer NOT NULL DEFAULT 0 CHECK (rolling_days >= 0),
    ADD COLUMN corrected      bigint  NOT NULL DEFAULT 0,
    ADD COLUMN shift          bigint  NOT NULL DEFAULT 0,
    ADD COLUMN origin_id      text    COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE accrual DROP CONSTRAINT accrual_check;
ALTER TABLE accrual ADD CONSTRAINT accrual_reversed_check CHECK (reversed >= 0);
COMMENT ON COLUMN accrual.corrected IS 'what corrections added to the grant';
COMMENT ON COLUMN accrual.shift IS 'what corrections would have changed of reversed, had they come before the returns';

ALTER TABLE burn
    ADD COLUMN post_time       timestamptz NOT NULL DEFAULT 'epoch',
    ADD COLUMN restored_points bigint NOT NULL DEFAULT 0,
    ADD COLUMN restored_price  bigint NOT NULL DEFAULT 0,
    ADD COLUMN pays_home       text COLLATE "C",
    ADD COLUMN pays_sequence   bigint,
    ADD COLUMN debtor          text COLLATE "C" NOT NULL DEFAULT '',
    ADD CHECK (restored_points BETWEEN 0 AND points),
    ADD CHECK (restored_price BETWEEN 0 AND price);
UPDATE burn AS b
SET post_time = m.post_time, pays_home = m.pays_home, pays_sequence = m.pays_sequence,
    debtor = CASE WHEN m.cause = 'repayment' THEN m.cause_id ELSE '' END
FROM movement AS m
WHERE m.bucket = b.bucket AND m.program = b.program AND m.home = b.home AND m.sequence = b.sequence;
ALTER TABLE burn ALTER COLUMN post_time DROP DEFAULT;
CREATE INDEX burn_of_debtor ON burn (bucket, program, debtor) WHERE debtor <> '';
CREATE INDEX burn_of_movement ON burn (bucket, program, home, sequence);
COMMENT ON COLUMN burn.debtor IS 'the accrual whose debt it paid; empty if it was spent';

ALTER TABLE posted_order DROP CONSTRAINT posted_order_state_check;
ALTER TABLE posted_order
    ADD CONSTRAINT posted_order_state_check
        CHECK (state IN ('accepted', 'evaluated', 'claimable', 'refused', 'cancelled')),
    ADD COLUMN redemptions text[] COLLATE "C" NOT NULL DEFAULT '{}',
    ADD COLUMN returns     text[] COLLATE "C" NOT NULL DEFAULT '{}',
    ADD COLUMN corrections text[] COLLATE "C" NOT NULL DEFAULT '{}';

ALTER TABLE posted_return
    ADD COLUMN state       text COLLATE "C" NOT NULL DEFAULT 'posted'
        CHECK (state IN ('posted', 'parked', 'refused', 'rejected')),
    ADD COLUMN location_id text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN park_time   timestamptz,
    ADD COLUMN details     bytea;
CREATE INDEX posted_return_parked ON posted_return (program, park_time, return_id) WHERE state = 'parked';
COMMENT ON COLUMN posted_return.details IS 'JSON: what a parked return waits for, and what became of a return';

ALTER TABLE redemption
    ADD COLUMN authorization_id text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN order_id         text COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN pieces           bytea NOT NULL DEFAULT '[]';
COMMENT ON COLUMN redemption.pieces IS 'JSON: what each redeemed movement pays of each line, and what was restored';

CREATE TABLE hold (
    bucket   smallint    NOT NULL,
    program  text        COLLATE "C" NOT NULL,
    hold_id  text        COLLATE "C" NOT NULL,
    root     text        COLLATE "C" NOT NULL,
    kind     text        COLLATE "C" NOT NULL CHECK (kind IN ('authorization', 'return')),
    state    text        COLLATE "C" NOT NULL CHECK (state IN ('open', 'cleared', 'voided', 'timed_out')),
    time_out timestamptz NOT NULL,
    points   bigint      NOT NULL CHECK (points >= 0 AND (points = 0 OR state = 'open')),
    details  bytea       NOT NULL,
    PRIMARY KEY (bucket, program, hold_id)
);
CREATE INDEX hold_open ON hold (bucket, program, root, time_out) WHERE state = 'open';
COMMENT ON TABLE hold IS 'Points set aside: authorizations and announced returns; details are JSON.';

CREATE TABLE adjustment (
    bucket        smallint    NOT NULL,
    program       text        COLLATE "C" NOT NULL,
    adjustment_id text        COLLATE "C" NOT NULL,
    root          text        COLLATE "C" NOT NULL,
    state         text        COLLATE "C" NOT NULL CHECK (state IN ('proposed', 'applied', 'rejected')),
    post_time     timestamptz NOT NULL,
    details       bytea       NOT NULL,
    PRIMARY KEY (bucket, program, adjustment_id)
);
CREATE INDEX adjustment_proposed ON adjustment (program, post_time, adjustment_id) WHERE state = 'proposed';
COMMENT ON TABLE adjustment IS 'Points given or taken by a person; details are JSON.';

CREATE TABLE transfer (
    bucket      smallint    NOT NULL,
    program     text        COLLATE "C" NOT NULL,
    transfer_id text        COLLATE "C" NOT NULL,
    root        text        COLLATE "C" NOT NULL,
    state       text        COLLATE "C" NOT NULL CHECK (state IN ('sent', 'arrived')),
    post_time   timestamptz NOT NULL,
    details     bytea       NOT NULL,
    PRIMARY KEY (bucket, program, transfer_id)
);
CREATE INDEX transfer_sent ON transfer (post_time, transfer_id) WHERE state = 'sent';
COMMENT ON TABLE transfer IS 'Points on their way between members; details are JSON.';

GRANT SELECT ON hold, adjustment, transfer TO {app_role};
GRANT INSERT, UPDATE ON hold, adjustment, transfer TO {app_role};
-- What documents say of themselves stays as it was posted; only these columns follow what happens to them.
GRANT UPDATE (state, document, redemptions, returns, corrections) ON posted_order TO {app_role};
GRANT UPDATE (state, document, post_time, details) ON posted_return TO {app_role};
GRANT UPDATE (order_id, pieces) ON redemption TO {app_role};
