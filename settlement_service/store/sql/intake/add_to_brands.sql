-- Adds to the brands' points by period and day, and in all. Rows come sorted by the key of a total and are added in
-- that order, so that two writers lock in one order.
-- $1 programs, $2 brands, $3 kinds, $4 where spent, $5 brands spent at, $6 periods, $7 days, $8 points, $9 outstanding,
-- $10 debt.
  WITH change AS MATERIALIZED (
    SELECT c.program, c.brand_id, c.kind, c.spent_at, c.at_brand_id, c.period_sequence, c.day, c.points, c.outstanding,
           c.debt
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::date[],
                  $8::numeric[], $9::numeric[], $10::numeric[])
        AS c (program, brand_id, kind, spent_at, at_brand_id, period_sequence, day, points, outstanding, debt)
  ), by_day AS (
    INSERT INTO brand_day AS t (program, period_sequence, day, brand_id, kind, spent_at, at_brand_id, points,
                                outstanding, debt)
    SELECT program, period_sequence, day, brand_id, kind, spent_at, at_brand_id, points, outstanding, debt
      FROM change
        ON CONFLICT (program, period_sequence, day, brand_id, kind, spent_at, at_brand_id)
        DO UPDATE SET points = t.points + excluded.points,
                      outstanding = t.outstanding + excluded.outstanding,
                      debt = t.debt + excluded.debt
  )
INSERT INTO brand_total AS t (program, brand_id, kind, spent_at, points, outstanding, debt)
SELECT program, brand_id, kind, spent_at, sum(points), sum(outstanding), sum(debt)
  FROM change
 GROUP BY program, brand_id, kind, spent_at
 ORDER BY program COLLATE "C", brand_id COLLATE "C", kind COLLATE "C", spent_at COLLATE "C"
    ON CONFLICT (program, brand_id, kind, spent_at)
    DO UPDATE SET points = t.points + excluded.points,
                  outstanding = t.outstanding + excluded.outstanding,
                  debt = t.debt + excluded.debt
