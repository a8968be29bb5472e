-- Records booked movements. One array per column, in the order of the columns.
INSERT INTO booked_movement (program, home_member_id, sequence, partition, position, kind, cause, cause_id, spent_at,
                             points, outstanding_after, accrual_id, brand_id, issuer_entity_id, rule_version,
                             order_id, line_number)
SELECT program, home_member_id, sequence, partition, position, kind, cause, cause_id, spent_at, points,
       outstanding_after, accrual_id, brand_id, issuer_entity_id, rule_version, order_id, line_number
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::integer[], $5::bigint[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::bigint[], $11::bigint[], $12::text[], $13::text[], $14::text[], $15::text[],
              $16::text[], $17::integer[])
    AS row (program, home_member_id, sequence, partition, position, kind, cause, cause_id, spent_at, points,
            outstanding_after, accrual_id, brand_id, issuer_entity_id, rule_version, order_id, line_number)
