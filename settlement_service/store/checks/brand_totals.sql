-- I2: Every brand's running points, in all and by period and day, equal its movements, and its closing what the last
-- movements of the accruals left.
-- $1 program.
  WITH last_state AS (
    SELECT DISTINCT ON (home_member_id, accrual_id) brand_id, outstanding_after
      FROM booked_movement
     WHERE program = $1
     ORDER BY home_member_id, accrual_id, sequence DESC
  ), expected AS (
    SELECT brand_id, kind || rtrim(' ' || spent_at) AS figure, sum(points) AS points
      FROM booked_movement
     WHERE program = $1
     GROUP BY brand_id, kind, spent_at
     UNION ALL
    SELECT brand_id, 'closing', sum(outstanding_after)
      FROM last_state
     GROUP BY brand_id
     UNION ALL
    SELECT brand_id, 'receivable', sum(greatest(-outstanding_after::numeric, 0))
      FROM last_state
     GROUP BY brand_id
     UNION ALL
    SELECT c.brand_id,
           concat_ws(' ', 'period', c.period_sequence, c.day, c.kind, c.spent_at, c.at_brand_id, amount.name),
           sum(amount.points)
      FROM counted_movement AS c
     CROSS JOIN LATERAL (VALUES ('points', c.points), ('outstanding', c.outstanding), ('debt', c.debt))
           AS amount (name, points)
     WHERE c.program = $1
     GROUP BY c.brand_id, c.period_sequence, c.day, c.kind, c.spent_at, c.at_brand_id, amount.name
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
     UNION ALL
    SELECT d.brand_id,
           concat_ws(' ', 'period', d.period_sequence, d.day, d.kind, d.spent_at, d.at_brand_id, amount.name),
           amount.points
      FROM brand_day AS d
     CROSS JOIN LATERAL (VALUES ('points', d.points), ('outstanding', d.outstanding), ('debt', d.debt))
           AS amount (name, points)
     WHERE d.program = $1
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
