-- A page of the journal with its full lineage. $1 program, $2 after this entry, $3 up to this entry, $4 first period,
-- $5 last period, $6 limit.
-- What belongs to an entry is looked up one by one, and `+ 0` keeps the planner from the index of periods, which is in
-- another order: it does not know how short a page is.
SELECT e.entry_number, e.entity_id, e.voucher_id, coalesce(w.number, '') AS voucher_number,
       coalesce(m.kind, w.kind) AS kind, coalesce(m.cause, '') AS cause, coalesce(m.cause_id, '') AS cause_id,
       e.home_member_id, e.movement_sequence, coalesce(m.points, 0) AS movement_points,
       coalesce(m.line_of_cause, 0) AS line_of_cause, coalesce(m.accrual_id, '') AS accrual_id,
       coalesce(m.brand_id, '') AS brand_id, coalesce(m.issuer_entity_id, '') AS issuer_entity_id,
       coalesce(m.funders, '') AS funders, coalesce(m.rule_id, '') AS rule_id,
       coalesce(m.rule_version, '') AS rule_version, coalesce(m.revision, '') AS accrual_revision,
       coalesce(m.offer_id, '') AS offer_id, coalesce(m.order_id, '') AS order_id,
       coalesce(m.line_number, 0) AS line_number, coalesce(m.earn_location_id, '') AS earn_location_id,
       coalesce(m.earn_operator, '') AS earn_operator_entity_id, coalesce(m.earn_region, '') AS earn_region,
       coalesce(m.settlement_policy, '') AS settlement_policy,
       coalesce(m.redeemer_entity_id, '') AS redeemer_entity_id, coalesce(m.at_brand_id, '') AS at_brand_id,
       coalesce(m.value_currency, '') AS value_currency,
       coalesce(m.value, 0) AS value, coalesce(m.price_currency, '') AS price_currency,
       coalesce(m.price, 0) AS price, coalesce(m.event_type, '') AS event_type,
       coalesce(m.event_subject_id, '') AS event_subject_id, coalesce(m.event_revision, '') AS event_revision,
       coalesce(m.event_location_id, '') AS event_location_id,
       coalesce(m.event_operator_entity_id, '') AS event_operator_entity_id,
       coalesce(m.event_region, '') AS event_region, coalesce(m.event_brand_id, '') AS event_brand_id,
       coalesce(m.event_channel, '') AS event_channel,
       coalesce(m.partition, 0) AS partition, coalesce(m.position, 0) AS position, m.occur_time,
       coalesce(m.post_time, w.post_time) AS post_time, e.period_sequence, coalesce(c.period, '') AS period,
       e.hash AS entry_hash, e.currency_code, e.accounts, e.counterparties, e.amounts, e.point_accounts,
       e.point_amounts
  FROM (
    SELECT program, entry_number, entity_id, voucher_id, home_member_id, movement_sequence, period_sequence, hash,
           currency_code, accounts, counterparties, amounts, point_accounts, point_amounts
      FROM journal_entry
     WHERE program = $1 AND entry_number > $2 AND entry_number <= $3 AND period_sequence + 0 BETWEEN $4 AND $5
     ORDER BY entry_number
     LIMIT $6
 ) AS e
  LEFT JOIN LATERAL (
    SELECT b.accrual_id, b.at_brand_id, b.brand_id, b.cause, b.cause_id, b.earn_location_id, b.earn_operator,
           b.earn_region, b.funders, b.issuer_entity_id, b.kind, b.line_number, b.line_of_cause, b.offer_id, b.order_id,
           b.partition, b.points, b.position, b.price, b.price_currency, b.redeemer_entity_id, b.revision,
           b.rule_id, b.rule_version, b.settlement_policy, b.value, b.value_currency, t.brand_id AS event_brand_id,
           t.channel AS event_channel, t.event_type, t.location_id AS event_location_id, t.occur_time,
           t.operator_entity_id AS event_operator_entity_id, t.post_time, t.region AS event_region,
           t.revision AS event_revision, t.subject_id AS event_subject_id
      FROM booked_movement AS b
      JOIN booked_event AS t ON t.partition = b.partition AND t.position = b.position
     WHERE b.program = e.program AND b.home_member_id = e.home_member_id AND b.sequence = e.movement_sequence
     LIMIT 1
 ) AS m ON true
  LEFT JOIN voucher AS w ON w.program = e.program AND w.voucher_id = e.voucher_id
  LEFT JOIN LATERAL (
    SELECT p.period
      FROM period_cut AS p
     WHERE p.program = e.program AND p.sequence = e.period_sequence
     LIMIT 1
 ) AS c ON true
 ORDER BY e.entry_number
