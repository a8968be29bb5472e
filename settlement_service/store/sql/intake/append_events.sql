-- Records booked events. One array per column, in the order of the columns.
INSERT INTO booked_event (partition, position, program, event_type, subject_id, revision, location_id,
                          operator_entity_id, region, channel, brand_id, redeemer_entity_id, occur_time, post_time,
                          hash, period_sequence, sold_lines)
SELECT partition, position, program, event_type, subject_id, revision, location_id, operator_entity_id, region,
       channel, brand_id, redeemer_entity_id, occur_time, post_time, hash, period_sequence, sold_lines
  FROM unnest($1::integer[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
              $9::text[], $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::timestamptz[], $15::bytea[],
              $16::integer[], $17::text[])
    AS row (partition, position, program, event_type, subject_id, revision, location_id, operator_entity_id, region,
            channel, brand_id, redeemer_entity_id, occur_time, post_time, hash, period_sequence, sold_lines)
