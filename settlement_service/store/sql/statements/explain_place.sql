-- A page of the movements behind a measure of places (domain/roll_ups/definitions.py). $1 program, $2 where it counts
-- (earned, took_place), $3 region, $4 operator, $5 location (null: any of each), $6 brand, $7 which amount counts,
-- $8 kinds, $9 their signs, $10 where spent (empty: any), $11 without repayments, $12 party, $13 currency, $14 first
-- period, $15 last period, $16 after this home, $17 after this sequence of it, $18 limit.
SELECT 0::bigint AS entry_number, '' AS entity_id, '' AS voucher_id, c.home_member_id, c.sequence AS movement_sequence,
       c.kind, c.accrual_id, c.rule_version, c.order_id, c.line_number, c.points, c.partition, c.position, c.post_time,
       c.period_sequence, c.sign * c.amount AS amount
  FROM (
    SELECT m.home_member_id, m.sequence, m.kind, m.accrual_id, m.rule_version, m.order_id, m.line_number, m.points,
           m.partition, m.position, v.post_time, m.period_sequence, s.sign,
           CASE $7::text
               WHEN 'points' THEN m.points
               WHEN 'change' THEN change.outstanding
               WHEN 'debt' THEN
                   greatest(0, -m.outstanding_after) - greatest(0, change.outstanding - m.outstanding_after)
               WHEN 'value' THEN CASE WHEN m.value_currency = $13::text THEN m.value ELSE 0 END
               ELSE (
                SELECT coalesce(-sum(p.amount), 0)
                  FROM journal_entry AS e
                 CROSS JOIN LATERAL unnest(e.accounts, e.amounts) AS p (account, amount)
                 WHERE e.program = m.program AND e.home_member_id = m.home_member_id
                   AND e.movement_sequence = m.sequence AND e.currency_code = $13::text
                   AND ($12::text = '' OR e.entity_id = $12)
                   AND ((p.account = 'points_liability' AND $7 IN ('liability', 'carrying'))
                        OR (p.account = 'member_receivable' AND $7 IN ('receivable', 'carrying')))
               )
           END AS amount
      FROM booked_movement AS m
      JOIN LATERAL (
        SELECT t.post_time, t.region, t.operator_entity_id, t.location_id
          FROM booked_event AS t
         WHERE t.partition = m.partition AND t.position = m.position
         LIMIT 1
     ) AS v ON true
      JOIN unnest($8::text[], $9::bigint[]) AS s (kind, sign) ON s.kind = m.kind
     CROSS JOIN LATERAL (
        SELECT CASE WHEN m.kind IN ('EARNED', 'IMPORTED', 'TRANSFERRED_IN', 'RESTORED', 'REPAID', 'ADJUSTED')
                    THEN m.points
                    WHEN m.kind IN ('REDEEMED', 'REVERSED', 'EXPIRED', 'TRANSFERRED_OUT')
                    THEN -m.points
                    ELSE 0 END AS outstanding
     ) AS change
     CROSS JOIN LATERAL (
        SELECT m.earn_region AS region, m.earn_operator AS operator, m.earn_location_id AS location,
               m.brand_id AS brand
         WHERE $2::text = 'earned'
         UNION ALL
        SELECT v.region, v.operator_entity_id, v.location_id,
               coalesce(nullif(m.at_brand_id, ''), m.brand_id)
         WHERE $2::text = 'took_place'
     ) AS place
     WHERE m.program = $1 AND (m.home_member_id, m.sequence) > ($16::text, $17::bigint)
       AND m.period_sequence BETWEEN $14 AND $15
       AND ($10::text = '' OR m.spent_at = $10)
       AND NOT ($11::boolean AND m.cause = 'REPAYMENT')
       AND place.brand = $6
       AND ($3::text IS NULL OR place.region = $3)
       AND ($4::text IS NULL OR place.operator = $4)
       AND ($5::text IS NULL OR place.location = $5)
  ) AS c
 WHERE c.amount <> 0
 ORDER BY c.home_member_id, c.sequence
 LIMIT $18
