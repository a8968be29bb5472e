-- The last of the next numbers of a series; gapless, since the row stays locked until the transaction ends.
-- $1 program, $2 series, $3 how many, 1 or more.
INSERT INTO number_series AS s (program, series, last)
VALUES ($1, $2, $3)
    ON CONFLICT (program, series) DO UPDATE SET last = s.last + excluded.last
RETURNING last
