-- Whatever lapses is found by its span, what does not roll as a span of nothing: one index for both, so that neither is
-- walked through in search of the other. What is left of an accrual goes along, so that it is added up in the index.

DROP INDEX accrual_rolling;
CREATE INDEX accrual_lapse ON accrual (bucket, program, home, rolling_months, rolling_days, expire_time)
    INCLUDE (remaining)
    WHERE remaining > 0 AND expire_time IS NOT NULL;
