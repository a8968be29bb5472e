-- A page of a program's journal with the lineage of each entry. $1 program, $2 after this number, $3 limit.
SELECT e.entry_number, e.entity_id, e.currency_code, coalesce(m.kind, 'VOUCHER') AS kind, e.home_member_id,
       e.movement_sequence, coalesce(m.accrual_id, '') AS accrual_id, coalesce(m.rule_version, '') AS rule_version,
       coalesce(m.order_id, '') AS order_id, coalesce(m.line_number, 0) AS line_number,
       coalesce(m.partition, 0) AS partition, coalesce(m.position, 0) AS position,
       coalesce(v.post_time, u.post_time) AS post_time, e.voucher_id, coalesce(m.cause, '') AS cause,
       coalesce(m.cause_id, '') AS cause_id, coalesce(v.revision, '') AS event_revision,
       coalesce(m.revision, '') AS accrual_revision, e.period_sequence, e.accounts, e.counterparties, e.amounts,
       e.point_accounts, e.point_amounts
  FROM journal_entry AS e
  LEFT JOIN booked_movement AS m
    ON m.program = e.program AND m.home_member_id = e.home_member_id AND m.sequence = e.movement_sequence
  LEFT JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
  LEFT JOIN voucher AS u ON u.program = e.program AND u.voucher_id = e.voucher_id AND e.voucher_id <> ''
 WHERE e.program = $1 AND e.entry_number > $2
 ORDER BY e.entry_number
 LIMIT $3
