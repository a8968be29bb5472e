-- I2: Every brand's running points equal its movements, and its closing what the accruals' last movements left.
-- $1 program.
  WITH counted AS (
    SELECT brand_id, kind || rtrim(' ' || spent_at) AS figure, sum(points) AS points
      FROM booked_movement
     WHERE program = $1
     GROUP BY brand_id, kind, spent_at
  ), last_state AS (
    SELECT DISTINCT ON (home_member_id, accrual_id) brand_id, outstanding_after
      FROM booked_movement
     WHERE program = $1
     ORDER BY home_member_id, accrual_id, sequence DESC
  ), expected AS (
    SELECT brand_id, figure, points
      FROM counted
     UNION ALL
    SELECT brand_id, 'closing', sum(outstanding_after)
      FROM last_state
     GROUP BY brand_id
     UNION ALL
    SELECT brand_id, 'receivable', sum(greatest(-outstanding_after::numeric, 0))
      FROM last_state
     GROUP BY brand_id
  ), running AS (
    SELECT brand_id, kind || rtrim(' ' || spent_at) AS figure, points
      FROM brand_total
     WHERE program = $1
     UNION ALL
    SELECT brand_id, 'closing', sum(outstanding)
      FROM brand_total
     WHERE program = $1
     GROUP BY brand_id
     UNION ALL
    SELECT brand_id, 'receivable', sum(debt)
      FROM brand_total
     WHERE program = $1
     GROUP BY brand_id
  ), both_sides AS (
    SELECT brand_id, figure, coalesce(r.points, 0) AS running, coalesce(e.points, 0) AS expected
      FROM running AS r
      FULL JOIN expected AS e USING (brand_id, figure)
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE b.running <> b.expected) AS violations,
       (array_agg(format('%s of brand %s: total %s, movements %s', b.figure, b.brand_id, b.running, b.expected)
                  ORDER BY b.brand_id, b.figure) FILTER (WHERE b.running <> b.expected))[:20] AS findings
  FROM both_sides AS b
