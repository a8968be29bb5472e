-- The next number of a series; the row's lock makes numbers gapless. $1 program, $2 series.
INSERT INTO number_series AS s (program, series, last)
VALUES ($1, $2, 1)
    ON CONFLICT (program, series) DO UPDATE SET last = s.last + 1
RETURNING last
