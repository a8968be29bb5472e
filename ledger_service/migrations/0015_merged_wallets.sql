-- Wallets of several homes (docs/adr/0055): a wallet's row is that of one home from now on, which every row so far has
-- been, since nobody was merged. Repayments between wallets that were parted are found whichever bucket they lie in.
-- How far the links of members were followed.

COMMENT ON TABLE wallet IS
    'Running totals of a home; the row locks of all homes of a member serialize its commands.';

CREATE INDEX burn_that_paid ON burn (program, debtor) WHERE debtor <> '';

CREATE TABLE link_cursor (
    program  text   COLLATE "C" PRIMARY KEY,
    position bigint NOT NULL CHECK (position >= 0)
);
COMMENT ON TABLE link_cursor IS 'Per program, the last merge or unmerge of identity that the log tells.';
GRANT SELECT, INSERT, UPDATE ON link_cursor TO {app_role};
