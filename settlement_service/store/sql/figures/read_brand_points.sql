-- Points of brands at a moment: those of a closed period and what followed it.
-- $1 program, $2 the closed period (0: none), $3 last period that counts, $4 last day that counts.
SELECT brand_id, kind, spent_at, at_brand_id, sum(points) AS points, sum(outstanding) AS outstanding, sum(debt) AS debt
  FROM (
    SELECT brand_id, kind, spent_at, at_brand_id, points, outstanding, debt
      FROM period_brand
     WHERE program = $1 AND period_sequence = $2
     UNION ALL
    SELECT brand_id, kind, spent_at, at_brand_id, points, outstanding, debt
      FROM brand_day
     WHERE program = $1 AND period_sequence > $2 AND period_sequence <= $3 AND day <= $4
  ) AS part
 GROUP BY brand_id, kind, spent_at, at_brand_id
 ORDER BY brand_id, kind, spent_at, at_brand_id
