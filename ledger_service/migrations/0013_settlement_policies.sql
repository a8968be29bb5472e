-- What is owed for points, as accruals keep it from their birth; the rate that priced an obligation; whom the own price
-- of a movement is of; and what of a debt's price nobody pays, because the points that paid it owe nobody.

ALTER TABLE accrual
    ADD COLUMN settlement_policy text COLLATE "C" NOT NULL DEFAULT 'reimburse'
        CHECK (settlement_policy IN ('reimburse', 'reserve', 'none')),
    ADD COLUMN reserve_entity    text COLLATE "C" NOT NULL DEFAULT '',
    ADD CONSTRAINT accrual_reserve_check CHECK ((reserve_entity <> '') = (settlement_policy = 'reserve'));
COMMENT ON COLUMN accrual.settlement_policy IS 'what is owed when its points are spent; frozen at birth';
COMMENT ON COLUMN accrual.reserve_entity IS 'who holds the reserve; empty: there is none';

ALTER TABLE obligation ADD COLUMN rate_id text COLLATE "C" NOT NULL DEFAULT '';
COMMENT ON COLUMN obligation.rate_id IS 'the exchange rate that priced it; empty: none was needed';

ALTER TABLE movement ADD COLUMN place_entity text COLLATE "C" NOT NULL DEFAULT '';
COMMENT ON COLUMN movement.place_entity IS
    'who owes itself what of the price no obligation says; empty: nobody, or written before it was kept';

ALTER TABLE burn ADD COLUMN waived bigint NOT NULL DEFAULT 0 CHECK (waived >= 0 AND (waived = 0 OR price = 0));
COMMENT ON COLUMN burn.waived IS 'what stands of the price of the burn it pays without anybody paying it';
