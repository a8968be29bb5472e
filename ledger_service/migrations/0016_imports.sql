-- Balances imported from existing programs: staged, checked, born once; and how far each of those programs is
-- pooled. Nothing personal: of a person only the member id is kept.

CREATE TABLE balance_import (
    program     text        COLLATE "C" NOT NULL,
    import_id   text        COLLATE "C" NOT NULL,
    header      bytea       NOT NULL,
    source      text        COLLATE "C" NOT NULL,
    state       text        COLLATE "C" NOT NULL CHECK (state IN
        ('staged', 'committing', 'committed', 'abandoned', 'withdrawing', 'withdrawn')),
    last_line   integer     NOT NULL DEFAULT 0 CHECK (last_line >= 0),
    done_line   integer     NOT NULL DEFAULT 0 CHECK (done_line >= 0),
    signed_by   text        COLLATE "C" NOT NULL DEFAULT '',
    begin_time  timestamptz NOT NULL,
    commit_time timestamptz,
    PRIMARY KEY (program, import_id)
);
COMMENT ON TABLE balance_import IS 'Imports of balances; the header is JSON.';

CREATE TABLE balance_import_line (
    program        text        COLLATE "C" NOT NULL,
    import_id      text        COLLATE "C" NOT NULL,
    line_number    integer     NOT NULL CHECK (line_number > 0),
    content_hash   bytea       NOT NULL CHECK (octet_length(content_hash) = 32),
    kind           text        COLLATE "C" NOT NULL CHECK (kind IN ('points', 'tier', 'refused')),
    fault          text        COLLATE "C" NOT NULL DEFAULT '',
    field          text        COLLATE "C" NOT NULL DEFAULT '',
    home           text        COLLATE "C" NOT NULL DEFAULT '',
    brand          text        COLLATE "C" NOT NULL DEFAULT '',
    old_points     bigint      NOT NULL DEFAULT 0,
    new_points     bigint      NOT NULL DEFAULT 0,
    remainder      bigint      NOT NULL DEFAULT 0,
    earn_time      timestamptz,
    available_time timestamptz,
    expire_time    timestamptz,
    ladder_id      text        COLLATE "C" NOT NULL DEFAULT '',
    tier_id        text        COLLATE "C" NOT NULL DEFAULT '',
    until          date,
    accrual_id     text        COLLATE "C" NOT NULL DEFAULT '',
    refusal        text        COLLATE "C" NOT NULL DEFAULT '',
    withdrawn      bigint      CHECK (withdrawn >= 0),
    PRIMARY KEY (program, import_id, line_number),
    CHECK ((kind = 'refused') = (fault <> ''))
);
COMMENT ON COLUMN balance_import_line.remainder IS 'old_points times the ratio''s numerator, less new_points times its denominator';
COMMENT ON COLUMN balance_import_line.refusal IS 'why its points were not born after all';
COMMENT ON COLUMN balance_import_line.withdrawn IS 'points of it that went back; NULL: none yet';
COMMENT ON TABLE balance_import_line IS 'Lines of imports as they were taken, and what was born of them.';

CREATE TABLE balance_import_request (
    key         bytea PRIMARY KEY,
    fingerprint bytea NOT NULL
);
COMMENT ON TABLE balance_import_request IS 'Request ids of imports and poolings: what each was used for.';

GRANT SELECT, INSERT ON balance_import, balance_import_line, balance_import_request TO {app_role};
GRANT UPDATE (state, last_line, done_line, signed_by, commit_time) ON balance_import TO {app_role};
GRANT UPDATE (key) ON balance_import_request TO {app_role};
GRANT UPDATE (accrual_id, refusal, withdrawn) ON balance_import_line TO {app_role};

CREATE TABLE pooling (
    program text COLLATE "C" NOT NULL,
    source  text COLLATE "C" NOT NULL,
    state   text COLLATE "C" NOT NULL CHECK (state IN ('local', 'requested', 'shadow', 'pooled', 'leaving')),
    number  integer NOT NULL CHECK (number >= 0),
    -- The comparisons of this shadow: its last item, and the one up to which its report was accepted, by whom.
    last_item     bigint NOT NULL DEFAULT 0,
    accepted_item bigint NOT NULL DEFAULT 0,
    accepted_by   text COLLATE "C" NOT NULL DEFAULT '',
    locations     text[] COLLATE "C" NOT NULL DEFAULT ARRAY[]::text[],
    PRIMARY KEY (program, source)
);
COMMENT ON TABLE pooling IS 'How far an existing program is pooled; a program without a row is local.';

CREATE TABLE pooling_change (
    program   text    COLLATE "C" NOT NULL,
    source    text    COLLATE "C" NOT NULL,
    number    integer NOT NULL CHECK (number > 0),
    details   bytea   NOT NULL,
    partition smallint NOT NULL,
    position  bigint  NOT NULL,
    PRIMARY KEY (program, source, number)
);
COMMENT ON TABLE pooling_change IS 'Every change of it, append-only; details are JSON and lie in the log as well.';

CREATE TABLE shadow_total (
    program     text    COLLATE "C" NOT NULL,
    source      text    COLLATE "C" NOT NULL,
    number      integer NOT NULL,
    kind        text    COLLATE "C" NOT NULL CHECK (kind IN ('order', 'quote', 'refused')),
    brand       text    COLLATE "C" NOT NULL,
    rule        text    COLLATE "C" NOT NULL,
    compared    bigint  NOT NULL,
    differing   bigint  NOT NULL,
    old_amount  numeric NOT NULL,
    mesh_amount numeric NOT NULL,
    PRIMARY KEY (program, source, number, kind, brand, rule)
);
COMMENT ON TABLE shadow_total IS 'What replayed traffic came to here and there, by brand and rule; number is the change that began the shadow.';

CREATE TABLE shadow_difference (
    program     text    COLLATE "C" NOT NULL,
    source      text    COLLATE "C" NOT NULL,
    number      integer NOT NULL,
    item        bigint  NOT NULL,
    line_number integer NOT NULL,
    kind        text    COLLATE "C" NOT NULL,
    brand       text    COLLATE "C" NOT NULL,
    rule        text    COLLATE "C" NOT NULL,
    old_amount  bigint  NOT NULL,
    mesh_amount bigint  NOT NULL,
    explanation text    COLLATE "C" NOT NULL,
    PRIMARY KEY (program, source, number, item, line_number)
);
COMMENT ON TABLE shadow_difference IS 'Lines on which both disagree; nothing of what agrees is kept.';

GRANT SELECT, INSERT ON pooling, pooling_change, shadow_total, shadow_difference TO {app_role};
GRANT UPDATE ON pooling TO {app_role};
GRANT UPDATE (compared, differing, old_amount, mesh_amount) ON shadow_total TO {app_role};

CREATE TABLE cross_spend (
    program       text        COLLATE "C" NOT NULL,
    source        text        COLLATE "C" NOT NULL,
    redemption_id text        COLLATE "C" NOT NULL,
    location_id   text        COLLATE "C" NOT NULL,
    post_time     timestamptz NOT NULL,
    PRIMARY KEY (program, source)
);
COMMENT ON TABLE cross_spend IS 'What crossed the border of an existing program first, written in its own commit.';
GRANT SELECT, INSERT ON cross_spend TO {app_role};

-- A function, so that what is read is read after the lock: each of its statements sees what was committed before it.
CREATE FUNCTION sources_of(programs text[]) RETURNS TABLE (
    program text, source text, state text, locations text[], imports text[], gone text[], crossed boolean
) LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(4804002);
    -- Most programs have none, and are asked for nothing more.
    IF NOT EXISTS (SELECT FROM balance_import AS one WHERE one.program = ANY (programs))
        AND NOT EXISTS (SELECT FROM pooling AS one WHERE one.program = ANY (programs))
    THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT
        known.program, known.source, coalesce(pooling.state, 'local'), coalesce(pooling.locations, ARRAY[]::text[]),
        ARRAY(
            SELECT one.import_id FROM balance_import AS one
            WHERE one.program = known.program AND one.source = known.source AND one.state IN ('committing', 'committed')
        ),
        ARRAY(
            SELECT one.import_id FROM balance_import AS one
            WHERE one.program = known.program AND one.source = known.source AND one.state IN ('withdrawing', 'withdrawn')
        ),
        EXISTS (
            SELECT FROM cross_spend AS first WHERE first.program = known.program AND first.source = known.source
        )
    FROM (
        SELECT one.program, one.source FROM pooling AS one WHERE one.program = ANY (programs)
        UNION
        SELECT one.program, one.source FROM balance_import AS one
        WHERE one.program = ANY (programs) AND one.state IN ('committing', 'committed', 'withdrawing', 'withdrawn')
    ) AS known
    LEFT JOIN pooling ON pooling.program = known.program AND pooling.source = known.source;
END
$$;
COMMENT ON FUNCTION sources_of IS 'The existing programs of programs, as they stay until the transaction ends; the number is that of its lock.';
