-- I2: What became of every cohort equals its movements, what it is carried at their postings, and what was paid for it
-- the lines of the events.
-- $1 program.
  WITH carried AS (
    SELECT home_member_id, movement_sequence,
           -coalesce(sum(amount) FILTER (WHERE account = 'points_liability'), 0) AS liability,
           -coalesce(sum(amount) FILTER (WHERE account = 'member_receivable'), 0) AS receivable
      FROM posting
     WHERE program = $1 AND account IN ('points_liability', 'member_receivable')
     GROUP BY home_member_id, movement_sequence
  ), figure AS (
    SELECT concat_ws(' ', 'movements', c.brand_id, c.period_sequence, to_char(c.earn_time AT TIME ZONE 'UTC', 'YYYY-MM'),
                     c.currency_code, c.origin, c.rate_numerator, c.rate_denominator, c.kind) AS name,
           ARRAY[sum(c.points), sum(c.outstanding), sum(c.debt), sum(coalesce(p.liability, 0)),
                 sum(coalesce(p.receivable, 0))] AS amounts, 'expected' AS side
      FROM counted_movement AS c
      LEFT JOIN carried AS p ON p.home_member_id = c.home_member_id AND p.movement_sequence = c.sequence
     WHERE c.program = $1 AND c.earn_time IS NOT NULL
     GROUP BY 1
     UNION ALL
    SELECT concat_ws(' ', 'movements', brand_id, period_sequence, month, currency_code, origin, rate_numerator,
                     rate_denominator, kind),
           ARRAY[points, outstanding, debt, liability, receivable], 'kept'
      FROM cohort_total
     WHERE program = $1
     UNION ALL
    SELECT concat_ws(' ', 'sales', split_part(line, ' ', 2), v.period_sequence, split_part(line, ' ', 5),
                     split_part(line, ' ', 3)),
           ARRAY[sum(split_part(line, ' ', 4)::numeric)], 'expected'
      FROM booked_event AS v
     CROSS JOIN LATERAL unnest(string_to_array(v.sold_lines, ',')) AS line
     WHERE v.program = $1 AND v.sold_lines <> ''
     GROUP BY 1
     UNION ALL
    SELECT concat_ws(' ', 'sales', brand_id, period_sequence, month, currency_code), ARRAY[paid], 'kept'
      FROM cohort_sale
     WHERE program = $1
  ), both_sides AS (
    SELECT name, max(amounts) FILTER (WHERE side = 'kept') AS kept,
           max(amounts) FILTER (WHERE side = 'expected') AS expected
      FROM figure
     GROUP BY name
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE b.kept IS DISTINCT FROM b.expected) AS violations,
       (array_agg(format('cohort %s: total %s, history %s', b.name, b.kept, b.expected) ORDER BY b.name)
           FILTER (WHERE b.kept IS DISTINCT FROM b.expected))[:20] AS findings
  FROM both_sides AS b
