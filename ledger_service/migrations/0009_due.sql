-- What is due is found without walking what is not: wallets by program (replay clocks are not swept), and accruals
-- whose expiry rolls by their span, since all of one span lapse together once their own expiry is over.

DROP INDEX wallet_due;
CREATE INDEX wallet_due ON wallet (program, least(next_expire_time, next_hold_time), member)
    WHERE next_expire_time IS NOT NULL OR next_hold_time IS NOT NULL;
CREATE INDEX accrual_rolling ON accrual (bucket, program, home, rolling_months, rolling_days, expire_time)
    WHERE remaining > 0 AND expire_time IS NOT NULL AND (rolling_months > 0 OR rolling_days > 0);
