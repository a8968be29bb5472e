-- I3: A reserve holds for each funder exactly what the funder's points under RESERVE stand for above zero, and the
-- funder has paid in exactly that. Vouchers apart.
-- $1 program.
  WITH figure AS (
    SELECT m.reserve_entity_id AS reserve, p.entity_id AS funder, p.currency_code, 'carried' AS side,
           -p.amount::numeric AS amount
      FROM posting AS p
      JOIN booked_movement AS m
        ON m.program = p.program AND m.home_member_id = p.home_member_id AND m.sequence = p.movement_sequence
     WHERE p.program = $1 AND p.account = 'points_liability' AND m.settlement_policy = 'RESERVE'
       AND m.reserve_entity_id <> p.entity_id
     UNION ALL
    SELECT entity_id, counterparty, currency_code, 'held', -amount
      FROM posting
     WHERE program = $1 AND account = 'reserve_held' AND voucher_id = ''
     UNION ALL
    SELECT counterparty, entity_id, currency_code, 'paid in', amount
      FROM posting
     WHERE program = $1 AND account = 'reserve_deposit' AND voucher_id = ''
  ), reserve AS (
    SELECT reserve, funder, currency_code,
           coalesce(sum(amount) FILTER (WHERE side = 'carried'), 0) AS carried,
           coalesce(sum(amount) FILTER (WHERE side = 'held'), 0) AS held,
           coalesce(sum(amount) FILTER (WHERE side = 'paid in'), 0) AS paid_in
      FROM figure
     GROUP BY reserve, funder, currency_code
  )
SELECT count(*) AS checked,
       count(*) FILTER (WHERE NOT (r.held = r.carried AND r.paid_in = r.carried)) AS violations,
       (array_agg(format('%s holds %s %s for %s, who paid in %s for points that stand for %s', r.reserve, r.held,
                         r.currency_code, r.funder, r.paid_in, r.carried) ORDER BY r.reserve, r.funder)
           FILTER (WHERE NOT (r.held = r.carried AND r.paid_in = r.carried)))[:20] AS findings
  FROM reserve AS r
