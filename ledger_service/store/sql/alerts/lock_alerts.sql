-- For the one process that judges now; no row where another one is at it.
SELECT partition FROM alert_cursor WHERE partition = 0 FOR UPDATE SKIP LOCKED
