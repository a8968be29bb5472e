-- Events of a period that happened before its month or after it; barriers do not count. $1 program, $2 period, $3 the
-- month's first moment, $4 the first moment after it.
SELECT late, early
  FROM events_off_month($1, $2, $3, $4)
