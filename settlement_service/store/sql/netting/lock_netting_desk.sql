-- One command of netting and paying after the other in a program: this row's lock is held until the end of the
-- transaction. $1 program.
INSERT INTO number_series AS s (program, series, last)
VALUES ($1, 'netting desk', 1)
    ON CONFLICT (program, series) DO UPDATE SET last = s.last + 1
