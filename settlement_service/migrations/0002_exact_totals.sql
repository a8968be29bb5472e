-- Running totals sum over events without bound, so 64 bits need not hold them, and one program's absurd amounts must
-- not stop the books of all. Single amounts stay bigint. Both tables are small: rewriting them under lock is short, and
-- they are locked in the order in which a batch locks them. The version before goes on booking, and reads every total
-- but a brand's points: its GetBrandBooks fails, and tells nothing wrong, until it is replaced.
ALTER TABLE account_total
    ALTER COLUMN balance TYPE numeric;
COMMENT ON COLUMN account_total.balance IS 'Minor units; a whole number of any size.';

ALTER TABLE brand_total
    ALTER COLUMN points TYPE numeric,
    ALTER COLUMN outstanding TYPE numeric,
    ALTER COLUMN debt TYPE numeric;
COMMENT ON COLUMN brand_total.points IS 'A whole number of any size, like the two beside it.';
