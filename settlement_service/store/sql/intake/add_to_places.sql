-- Adds to the measures of roll-ups. Rows come sorted by key, so that two writers lock in one order.
-- $1 programs, $2 periods, $3 regions, $4 operators, $5 locations, $6 brands, $7 measures, $8 parties, $9 currencies,
-- $10 changes.
INSERT INTO place_total AS t (program, period_sequence, region, operator_id, location_id, brand_id, measure, party,
                              currency_code, amount)
SELECT program, period_sequence, region, operator_id, location_id, brand_id, measure, party, currency_code, amount
  FROM unnest($1::text[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::numeric[])
    AS row (program, period_sequence, region, operator_id, location_id, brand_id, measure, party, currency_code, amount)
    ON CONFLICT (program, period_sequence, region, operator_id, location_id, brand_id, measure, party, currency_code)
    DO UPDATE SET amount = t.amount + excluded.amount
