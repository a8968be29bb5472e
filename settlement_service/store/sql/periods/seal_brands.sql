-- Writes the closing totals of brands, likewise. $1 program, $2 period.
INSERT INTO period_brand (program, period_sequence, brand_id, kind, spent_at, at_brand_id, points, outstanding, debt)
SELECT $1, $2, brand_id, kind, spent_at, at_brand_id, sum(points), sum(outstanding), sum(debt)
  FROM (
    SELECT brand_id, kind, spent_at, at_brand_id, points, outstanding, debt
      FROM period_brand
     WHERE program = $1 AND period_sequence = $2 - 1
     UNION ALL
    SELECT brand_id, kind, spent_at, at_brand_id, points, outstanding, debt
      FROM brand_day
     WHERE program = $1 AND period_sequence = $2
  ) AS part
 GROUP BY brand_id, kind, spent_at, at_brand_id
HAVING sum(points) <> 0 OR sum(outstanding) <> 0 OR sum(debt) <> 0
