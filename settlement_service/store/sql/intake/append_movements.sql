-- Records booked movements. One array per column, in the order of the columns.
INSERT INTO booked_movement (program, home_member_id, sequence, partition, position, kind, cause, cause_id, spent_at,
                             points, outstanding_after, accrual_id, brand_id, issuer_entity_id, rule_version,
                             order_id, line_number, period_sequence, line_of_cause, rule_id, offer_id, revision,
                             funders, currency_code, rate_numerator, rate_denominator, earn_time, origin,
                             earn_location_id, earn_operator, earn_region, settlement_policy, reserve_entity_id,
                             redeemer_entity_id, value_currency, value, price_currency, price, at_brand_id)
SELECT program, home_member_id, sequence, partition, position, kind, cause, cause_id, spent_at, points,
       outstanding_after, accrual_id, brand_id, issuer_entity_id, rule_version, order_id, line_number,
       period_sequence, line_of_cause, rule_id, offer_id, revision, funders, currency_code, rate_numerator,
       rate_denominator, earn_time, origin, earn_location_id, earn_operator, earn_region, settlement_policy,
       reserve_entity_id, redeemer_entity_id, value_currency, value, price_currency, price, at_brand_id
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $5::bigint[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::bigint[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[],
              $16::text[], $17::integer[], $18::integer[], $19::integer[], $20::text[], $21::text[], $22::text[],
              $23::text[], $24::text[], $25::bigint[], $26::bigint[], $27::timestamptz[], $28::text[], $29::text[],
              $30::text[], $31::text[], $32::text[], $33::text[], $34::text[], $35::text[], $36::bigint[],
              $37::text[], $38::bigint[], $39::text[])
    AS row (program, home_member_id, sequence, partition, position, kind, cause, cause_id, spent_at, points,
            outstanding_after, accrual_id, brand_id, issuer_entity_id, rule_version, order_id, line_number,
            period_sequence, line_of_cause, rule_id, offer_id, revision, funders, currency_code, rate_numerator,
            rate_denominator, earn_time, origin, earn_location_id, earn_operator, earn_region, settlement_policy,
            reserve_entity_id, redeemer_entity_id, value_currency, value, price_currency, price, at_brand_id)
