-- A page of a period's movements with what was posted for each, in the order of homes. $1 program, $2 period,
-- $3 after this home, $4 and this movement of it, $5 kinds (null: all), $6 limit.
SELECT m.home_member_id, m.sequence, m.kind, m.cause, m.points, m.outstanding_after, m.accrual_id, m.brand_id,
       m.order_id, m.line_number, m.settlement_policy, m.reserve_entity_id, m.redeemer_entity_id, m.funders,
       m.currency_code, m.rate_numerator, m.rate_denominator, m.value_currency, m.value, m.price_currency, m.price,
       m.earn_time IS NOT NULL AS known, v.event_type, v.revision, v.location_id, v.occur_time, b.entities,
       b.currencies, b.accounts, b.counterparties, b.amounts
  FROM booked_movement AS m
  JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
 CROSS JOIN LATERAL (
    SELECT array_agg(e.entity_id) AS entities, array_agg(e.currency_code) AS currencies,
           array_agg(p.account) AS accounts, array_agg(p.counterparty) AS counterparties, array_agg(p.amount) AS amounts
      FROM journal_entry AS e
     CROSS JOIN LATERAL unnest(e.accounts, e.counterparties, e.amounts) AS p (account, counterparty, amount)
     WHERE e.program = m.program AND e.home_member_id = m.home_member_id AND e.movement_sequence = m.sequence
  ) AS b
 WHERE m.program = $1 AND m.period_sequence = $2 AND (m.home_member_id, m.sequence) > ($3, $4::bigint)
   AND ($5::text[] IS NULL OR m.kind = ANY ($5))
 ORDER BY m.home_member_id, m.sequence
 LIMIT $6
