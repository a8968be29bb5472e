-- A page of the events of a period that happened in another month, with what they did. $1 program, $2 period, $3 the
-- month's first moment, $4 the first moment after it, $5 after this partition, $6 and position, $7 limit.
  WITH page AS (
    SELECT v.partition, v.position, v.event_type, v.subject_id, v.occur_time, v.post_time
      FROM booked_event AS v
     WHERE v.program = $1 AND v.period_sequence = $2 AND v.event_type <> 'PERIOD_CUT'
       AND (v.occur_time < $3 OR v.occur_time >= $4) AND (v.partition, v.position) > ($5, $6)
     ORDER BY v.partition, v.position
     LIMIT $7
  )
SELECT page.partition, page.position, page.event_type, page.subject_id, page.occur_time, page.post_time,
       coalesce(moved.points, 0) AS points, coalesce(posted.accounts, '{}') AS accounts,
       coalesce(posted.currencies, '{}') AS currencies, coalesce(posted.amounts, '{}') AS amounts
  FROM page
  LEFT JOIN LATERAL (
    SELECT sum(m.outstanding) AS points
      FROM counted_movement AS m
     WHERE m.partition = page.partition AND m.position = page.position
  ) AS moved ON true
  LEFT JOIN LATERAL (
    SELECT array_agg(sums.account ORDER BY sums.account, sums.currency_code) AS accounts,
           array_agg(sums.currency_code ORDER BY sums.account, sums.currency_code) AS currencies,
           array_agg(sums.amount ORDER BY sums.account, sums.currency_code) AS amounts
      FROM (
        SELECT CASE WHEN s.account = 'due_to' THEN 'owed' ELSE 'carrying' END AS account, e.currency_code,
               -sum(s.amount) AS amount
          FROM booked_movement AS m
          JOIN journal_entry AS e
            ON e.program = m.program AND e.home_member_id = m.home_member_id AND e.movement_sequence = m.sequence
         CROSS JOIN LATERAL unnest(e.accounts, e.amounts) AS s (account, amount)
         WHERE m.partition = page.partition AND m.position = page.position
           AND s.account IN ('due_to', 'points_liability', 'member_receivable')
         GROUP BY 1, e.currency_code
        HAVING sum(s.amount) <> 0
      ) AS sums
  ) AS posted ON true
 ORDER BY page.partition, page.position
