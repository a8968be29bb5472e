-- A page of the entries behind a figure of one entity's books, money or points. $1 program, $2 entity, $3 currency
-- (empty: the points side), $4 accounts, $5 their signs, $6 counterparty (null: any), $7 brand of the accrual (null:
-- any), $8 which entries count (ALL, MOVEMENTS, NOT_NETTED), $9 first period, $10 last period, $11 last day, $12 after
-- this entry, $13 up to this entry, $14 limit. `+ 0` keeps the planner from an index in another order.
SELECT e.entry_number, e.entity_id, e.voucher_id, e.home_member_id, e.movement_sequence,
       coalesce(m.kind, '') AS kind, coalesce(m.accrual_id, '') AS accrual_id,
       coalesce(m.rule_version, '') AS rule_version, coalesce(m.order_id, '') AS order_id,
       coalesce(m.line_number, 0) AS line_number, coalesce(m.points, 0) AS points,
       coalesce(m.partition, 0) AS partition, coalesce(m.position, 0) AS position,
       coalesce(m.post_time, w.post_time) AS post_time, e.period_sequence, p.amount
  FROM journal_entry AS e
  LEFT JOIN LATERAL (
    SELECT b.brand_id, b.kind, b.accrual_id, b.rule_version, b.order_id, b.line_number, b.points, b.partition,
           b.position, t.post_time
      FROM booked_movement AS b
      JOIN booked_event AS t ON t.partition = b.partition AND t.position = b.position
     WHERE b.program = e.program AND b.home_member_id = e.home_member_id AND b.sequence = e.movement_sequence
     LIMIT 1
 ) AS m ON true
  LEFT JOIN LATERAL (
    SELECT x.kind, x.post_time FROM voucher AS x WHERE x.program = e.program AND x.voucher_id = e.voucher_id LIMIT 1
 ) AS w ON true
 CROSS JOIN LATERAL (
    SELECT sum(s.sign * posted.amount) AS amount
      FROM (
        SELECT money.account, money.counterparty, money.amount
          FROM unnest(e.accounts, e.counterparties, e.amounts) AS money (account, counterparty, amount)
         WHERE $3::text <> '' AND e.currency_code = $3
         UNION ALL
        SELECT points.account, '', points.amount
          FROM unnest(e.point_accounts, e.point_amounts) AS points (account, amount)
         WHERE $3::text = ''
      ) AS posted
      JOIN unnest($4::text[], $5::bigint[]) AS s (account, sign) ON s.account = posted.account
     WHERE $6::text IS NULL OR posted.counterparty = $6
 ) AS p
 WHERE e.program = $1 AND e.entity_id = $2 AND e.entry_number > $12 AND e.entry_number <= $13
   AND e.period_sequence + 0 BETWEEN $9 AND $10
   AND (coalesce(m.post_time, w.post_time) AT TIME ZONE 'UTC')::date <= $11::date
   AND ($7::text IS NULL OR coalesce(m.brand_id, '') = $7)
   AND ($8::text <> 'MOVEMENTS' OR e.voucher_id = '')
   AND ($8::text <> 'NOT_NETTED' OR w.kind IS NULL OR w.kind NOT IN ('NETTING', 'PAYMENT'))
   AND p.amount <> 0
 ORDER BY e.entry_number
 LIMIT $14
