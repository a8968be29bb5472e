-- A page of runs, newest first. $1 program, $2 kind (empty: all), $3 before this time, $4 and this run, $5 limit.
SELECT r.reconciliation_id, r.kind, r.period_sequence, r.scope, r.up_to, r.compared, r.caller, r.run_time,
       coalesce(c.period, '') AS period, d.differing, d.accepted
  FROM reconciliation AS r
  LEFT JOIN LATERAL (
    SELECT period FROM period_cut WHERE program = r.program AND sequence = r.period_sequence LIMIT 1
  ) AS c ON true
 CROSS JOIN LATERAL (
    SELECT count(*) AS differing, count(a.figure) AS accepted
      FROM reconciliation_difference AS d
      LEFT JOIN difference_acceptance AS a
        ON a.program = d.program AND a.reconciliation_id = d.reconciliation_id AND a.figure = d.figure
     WHERE d.program = r.program AND d.reconciliation_id = r.reconciliation_id
  ) AS d
 WHERE r.program = $1 AND ($2 = '' OR r.kind = $2) AND (r.run_time, r.reconciliation_id) < ($3::timestamptz, $4)
 ORDER BY r.run_time DESC, r.reconciliation_id DESC
 LIMIT $5
