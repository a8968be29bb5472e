-- Points of brands by kind and place of spending. $1 program, $2 brands.
SELECT brand_id, kind, spent_at, points, outstanding, debt
  FROM brand_total
 WHERE program = $1 AND brand_id = ANY ($2::text[])
 ORDER BY brand_id, kind, spent_at
