-- The ledger processes that live and where the others call them: lanes are shared among them, and a command whose lane
-- is owned elsewhere is sent to its owner.

CREATE TABLE process (
    name        text        COLLATE "C" PRIMARY KEY,
    address     text        COLLATE "C" NOT NULL,
    alive_until timestamptz NOT NULL
);
COMMENT ON TABLE process IS 'Ledger processes by their own name; one whose time is over has ended or hangs.';
GRANT SELECT, INSERT, UPDATE, DELETE ON process TO {app_role};
