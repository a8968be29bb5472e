-- Outstanding points and debt by brand at a cursor, from the last movement of each accrual: state, not flow.
-- $1 program, $2 partitions, $3 positions.
SELECT last.brand_id,
       sum(last.outstanding_after) AS outstanding,
       sum(greatest(-last.outstanding_after::numeric, 0)) AS debt
  FROM (
    SELECT DISTINCT ON (m.home_member_id, m.accrual_id) m.brand_id, m.outstanding_after
      FROM booked_movement AS m
      JOIN unnest($2::integer[], $3::bigint[]) AS cut (partition, position)
        ON m.partition = cut.partition AND m.position <= cut.position
     WHERE m.program = $1
     ORDER BY m.home_member_id, m.accrual_id, m.sequence DESC
  ) AS last
 GROUP BY last.brand_id
