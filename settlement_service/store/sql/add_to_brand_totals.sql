-- Adds to the brands' points; rows come sorted by key, so that two writers lock in one order.
-- $1 programs, $2 brands, $3 kinds, $4 where spent, $5 points, $6 outstanding, $7 debt.
INSERT INTO brand_total AS t (program, brand_id, kind, spent_at, points, outstanding, debt)
SELECT program, brand_id, kind, spent_at, points, outstanding, debt
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::numeric[], $6::numeric[], $7::numeric[])
    AS row (program, brand_id, kind, spent_at, points, outstanding, debt)
    ON CONFLICT (program, brand_id, kind, spent_at)
    DO UPDATE SET points = t.points + excluded.points,
                  outstanding = t.outstanding + excluded.outstanding,
                  debt = t.debt + excluded.debt
