-- Tills, places and days between two dates whose last totals no nightly run has seen. $1 program, $2 from, $3 to.
SELECT t.source, t.location_id, t.business_date
  FROM (
    SELECT source, location_id, business_date, max(submit_time) AS submit_time
      FROM control_total
     WHERE program = $1 AND business_date BETWEEN $2 AND $3
     GROUP BY source, location_id, business_date
  ) AS t
 WHERE NOT EXISTS (
    SELECT FROM reconciliation AS r
     WHERE r.program = $1 AND r.kind = 'TILLS' AND r.run_time >= t.submit_time
       AND r.scope = t.source || ' ' || t.location_id || ' ' || t.business_date
  )
 ORDER BY t.business_date, t.source, t.location_id
