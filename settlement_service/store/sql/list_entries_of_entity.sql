-- A page of one entity's journal with the lineage of each entry. $1 program, $2 after this number, $3 limit, $4 entity.
SELECT e.entry_number, e.entity_id, e.currency_code, m.kind, e.home_member_id, e.movement_sequence, m.accrual_id,
       m.rule_version, m.order_id, m.line_number, m.partition, m.position, v.post_time, e.accounts, e.counterparties,
       e.amounts
  FROM journal_entry AS e
  JOIN booked_movement AS m
    ON m.program = e.program AND m.home_member_id = e.home_member_id AND m.sequence = e.movement_sequence
  JOIN booked_event AS v ON v.partition = m.partition AND v.position = m.position
 WHERE e.program = $1 AND e.entity_id = $4 AND e.entry_number > $2
 ORDER BY e.entry_number
 LIMIT $3
