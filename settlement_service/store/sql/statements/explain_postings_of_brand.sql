-- A page of the entries behind what a brand's points stand for in the books of all funders. $1 program, $2 brand,
-- $3 currency, $4 accounts, $5 their signs, $6 first period, $7 last period, $8 last day, $9 after this entry,
-- $10 up to this entry, $11 limit. `+ 0` keeps the planner from an index in another order.
SELECT e.entry_number, e.entity_id, e.voucher_id, e.home_member_id, e.movement_sequence, m.kind, m.accrual_id,
       m.rule_version, m.order_id, m.line_number, m.points, m.partition, m.position, m.post_time, e.period_sequence,
       p.amount
  FROM journal_entry AS e
  JOIN LATERAL (
    SELECT b.brand_id, b.kind, b.accrual_id, b.rule_version, b.order_id, b.line_number, b.points, b.partition,
           b.position, t.post_time
      FROM booked_movement AS b
      JOIN booked_event AS t ON t.partition = b.partition AND t.position = b.position
     WHERE b.program = e.program AND b.home_member_id = e.home_member_id AND b.sequence = e.movement_sequence
     LIMIT 1
 ) AS m ON true
 CROSS JOIN LATERAL (
    SELECT sum(s.sign * money.amount) AS amount
      FROM unnest(e.accounts, e.amounts) AS money (account, amount)
      JOIN unnest($4::text[], $5::bigint[]) AS s (account, sign) ON s.account = money.account
 ) AS p
 WHERE e.program = $1 AND m.brand_id = $2 AND e.currency_code = $3 AND e.entry_number > $9
   AND e.entry_number <= $10 AND e.period_sequence + 0 BETWEEN $6 AND $7
   AND (m.post_time AT TIME ZONE 'UTC')::date <= $8::date
   AND p.amount <> 0
 ORDER BY e.entry_number
 LIMIT $11
