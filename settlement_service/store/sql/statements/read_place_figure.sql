-- A measure of places from the running totals. $1 program, $2 region, $3 operator, $4 location (null: any of each),
-- $5 brand, $6 measure, $7 party, $8 currency, $9 first period, $10 last period.
SELECT coalesce(sum(amount), 0)
  FROM place_total
 WHERE program = $1 AND period_sequence BETWEEN $9 AND $10
   AND ($2::text IS NULL OR region = $2)
   AND ($3::text IS NULL OR operator_id = $3)
   AND ($4::text IS NULL OR location_id = $4)
   AND brand_id = $5 AND measure = $6 AND party = $7 AND currency_code = $8
