-- Measures by period, place and brand. What stands at a period's end is summed over all periods up to it. $1 program,
-- $2 first period, $3 last period, $4 level (0 network, 1 region, 2 operator, 3 location), $5 brands, $6 regions,
-- $7 locations (null: all of each), $8 measures that stand at the end, $9 limit.
SELECT s.sequence AS period_sequence,
       CASE WHEN $4::integer >= 1 THEN t.region END AS region,
       CASE WHEN $4 >= 2 THEN t.operator_id END AS operator_id,
       CASE WHEN $4 >= 3 THEN t.location_id END AS location_id,
       t.brand_id, t.measure, t.party, t.currency_code, sum(t.amount) AS amount
  FROM generate_series($2::integer, $3::integer) AS s (sequence)
  JOIN place_total AS t
    ON t.program = $1 AND t.period_sequence <= s.sequence
   AND (t.period_sequence = s.sequence OR t.measure = ANY ($8::text[]))
 WHERE ($5::text[] IS NULL OR t.brand_id = ANY ($5))
   AND ($6::text[] IS NULL OR t.region = ANY ($6))
   AND ($7::text[] IS NULL OR t.location_id = ANY ($7))
 GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
HAVING sum(t.amount) <> 0
 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
 LIMIT $9
