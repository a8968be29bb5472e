-- A page of the movements behind points of a brand. $1 program, $2 brand, $3 what counts (POINTS, OUTSTANDING, DEBT),
-- $4 kinds (null: any), $5 where spent (null: any), $6 first period, $7 last period, $8 last day, $9 after this home,
-- $10 after this sequence of it, $11 limit.
SELECT 0::bigint AS entry_number, '' AS entity_id, '' AS voucher_id, c.home_member_id, c.sequence AS movement_sequence,
       c.kind, c.accrual_id, c.rule_version, c.order_id, c.line_number, c.points, c.partition, c.position, v.post_time,
       c.period_sequence, c.amount
  FROM (
    SELECT m.home_member_id, m.sequence, m.kind, m.accrual_id, m.rule_version, m.order_id, m.line_number, m.points,
           m.partition, m.position, m.period_sequence,
           CASE $3::text
               WHEN 'POINTS' THEN m.points
               WHEN 'OUTSTANDING' THEN change.outstanding
               ELSE greatest(0, -m.outstanding_after) - greatest(0, change.outstanding - m.outstanding_after)
           END AS amount
      FROM booked_movement AS m
     CROSS JOIN LATERAL (
        SELECT CASE WHEN m.kind IN ('EARNED', 'IMPORTED', 'TRANSFERRED_IN', 'RESTORED', 'REPAID', 'ADJUSTED')
                    THEN m.points
                    WHEN m.kind IN ('REDEEMED', 'REVERSED', 'EXPIRED', 'TRANSFERRED_OUT')
                    THEN -m.points
                    ELSE 0 END AS outstanding
     ) AS change
     WHERE m.program = $1 AND m.brand_id = $2 AND (m.home_member_id, m.sequence) > ($9::text, $10::bigint)
       AND m.period_sequence BETWEEN $6 AND $7
       AND ($4::text[] IS NULL OR m.kind = ANY ($4))
       AND ($5::text IS NULL OR m.spent_at = $5)
  ) AS c
  JOIN LATERAL (
    SELECT t.post_time FROM booked_event AS t WHERE t.partition = c.partition AND t.position = c.position LIMIT 1
 ) AS v ON true
 WHERE (v.post_time AT TIME ZONE 'UTC')::date <= $8::date AND c.amount <> 0
 ORDER BY c.home_member_id, c.sequence
 LIMIT $11
