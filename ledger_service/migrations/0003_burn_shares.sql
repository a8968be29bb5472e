-- What each funder bore of a redeemed movement's price, so that a repayment gives each back what it bore. Accruals had
-- one funder each so far: it bore the whole price.

ALTER TABLE burn ADD COLUMN borne text COLLATE "C";
UPDATE burn SET borne = price::text;
ALTER TABLE burn ALTER COLUMN borne SET NOT NULL;
COMMENT ON COLUMN burn.borne IS 'what each funder of the accrual bore of the price, comma-separated, in frozen order';
