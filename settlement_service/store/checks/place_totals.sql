-- I2: Every measure of the roll-ups equals the movements that its definition counts, at their places.
-- The definitions stand here a second time: settlement_service/domain/roll_ups/definitions.py. $1 program.
  WITH carried AS (
    SELECT home_member_id, movement_sequence, entity_id, currency_code,
           -coalesce(sum(amount) FILTER (WHERE account = 'points_liability'), 0) AS liability,
           -coalesce(sum(amount) FILTER (WHERE account = 'member_receivable'), 0) AS receivable
      FROM posting
     WHERE program = $1 AND account IN ('points_liability', 'member_receivable')
     GROUP BY home_member_id, movement_sequence, entity_id, currency_code
  ), movement AS (
    SELECT home_member_id, sequence, period_sequence, kind, spent_at, cause, points, outstanding, debt,
           ARRAY[earn_region, earn_operator, earn_location_id, brand_id] AS earned,
           ARRAY[region, operator_entity_id, location_id, coalesce(nullif(at_brand_id, ''), brand_id)] AS took_place,
           value_currency, value
      FROM counted_movement
     WHERE program = $1 AND earn_time IS NOT NULL
  ), counted AS (
    SELECT m.period_sequence, m.earned AS place, f.measure, '' AS party, '' AS currency_code, f.amount
      FROM movement AS m
     CROSS JOIN LATERAL (VALUES
               ('issued', CASE WHEN m.kind IN ('EARNED', 'IMPORTED') THEN m.points END),
               ('reversed', CASE WHEN m.kind = 'REVERSED' THEN m.points END),
               ('expired', CASE WHEN m.kind = 'EXPIRED' THEN m.points END),
               ('adjusted', CASE WHEN m.kind IN ('ADJUSTED', 'TRANSFERRED_IN', 'TRANSFERRED_OUT') THEN m.outstanding END),
               ('spent', CASE WHEN m.kind = 'REDEEMED' THEN m.points END),
               ('cross_out', CASE WHEN m.kind = 'REDEEMED' AND m.spent_at = 'CROSS' THEN m.points END),
               ('repaid', CASE WHEN m.kind = 'REPAID' THEN m.points END),
               ('given_back', CASE WHEN m.kind = 'RESTORED' THEN m.points END),
               ('outstanding', m.outstanding),
               ('owed_by_members', m.debt)
           ) AS f (measure, amount)
     UNION ALL
    SELECT m.period_sequence, m.took_place, f.measure, '', f.currency_code, f.amount
      FROM movement AS m
     CROSS JOIN LATERAL (VALUES
               ('redeemed_own', '', CASE WHEN m.kind = 'REDEEMED' AND m.spent_at = 'OWN' THEN m.points END),
               ('cross_in', '', CASE WHEN m.kind = 'REDEEMED' AND m.spent_at = 'CROSS' THEN m.points END),
               ('restored', '', CASE WHEN m.kind = 'RESTORED' THEN m.points END),
               ('discount', m.value_currency,
                CASE m.kind WHEN 'REDEEMED' THEN m.value::numeric WHEN 'RESTORED' THEN -m.value::numeric END)
           ) AS f (measure, currency_code, amount)
     WHERE m.cause <> 'REPAYMENT'
     UNION ALL
    SELECT m.period_sequence, m.earned, f.measure, f.party, p.currency_code, f.amount
      FROM movement AS m
      JOIN carried AS p ON p.home_member_id = m.home_member_id AND p.movement_sequence = m.sequence
     CROSS JOIN LATERAL (VALUES
               ('liability', '', p.liability),
               ('receivable', '', p.receivable),
               ('funded', p.entity_id, CASE WHEN m.kind IN ('EARNED', 'IMPORTED', 'REVERSED', 'ADJUSTED')
                                            THEN p.liability + p.receivable END)
           ) AS f (measure, party, amount)
  ), expected AS (
    SELECT period_sequence, place[1] AS region, place[2] AS operator_id, place[3] AS location_id, place[4] AS brand_id,
           measure, party, currency_code, sum(amount) AS amount
      FROM counted
     GROUP BY period_sequence, place, measure, party, currency_code
    HAVING sum(amount) <> 0
  ), both_sides AS (
    SELECT period_sequence, region, operator_id, location_id, brand_id, measure, party, currency_code,
           coalesce(t.amount, 0) AS kept, coalesce(e.amount, 0) AS expected
      FROM expected AS e
      FULL JOIN (
        SELECT period_sequence, region, operator_id, location_id, brand_id, measure, party, currency_code, amount
          FROM place_total
         WHERE program = $1
      ) AS t USING (period_sequence, region, operator_id, location_id, brand_id, measure, party, currency_code)
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE b.kept <> b.expected) AS violations,
       (array_agg(format('%s of brand %s at %s, %s, %s in period %s %s %s: total %s, movements %s', b.measure, b.brand_id,
                         b.location_id, b.operator_id, b.region, b.period_sequence, b.party, b.currency_code, b.kept,
                         b.expected) ORDER BY b.measure, b.location_id)
           FILTER (WHERE b.kept <> b.expected))[:20] AS findings
  FROM both_sides AS b
