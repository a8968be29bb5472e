-- Outstanding points and debt by brand, from the last movement of each accrual: state, not flow. $1 program.
SELECT last.brand_id,
       sum(last.outstanding_after) AS outstanding,
       sum(greatest(-last.outstanding_after::numeric, 0)) AS debt
  FROM (
    SELECT DISTINCT ON (home_member_id, accrual_id) brand_id, outstanding_after
      FROM booked_movement
     WHERE program = $1
     ORDER BY home_member_id, accrual_id, sequence DESC
  ) AS last
 GROUP BY last.brand_id
