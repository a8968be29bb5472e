-- The latest comparison with the ledger at exactly a period's cut, and its figures that nobody has accepted. $1
-- program, $2 period.
SELECT r.compared,
       ARRAY(SELECT d.figure
               FROM reconciliation_difference AS d
               LEFT JOIN difference_acceptance AS a
                 ON a.program = d.program AND a.reconciliation_id = d.reconciliation_id AND a.figure = d.figure
              WHERE d.program = r.program AND d.reconciliation_id = r.reconciliation_id AND a.figure IS NULL
              ORDER BY d.figure) AS open_figures
  FROM reconciliation AS r
 WHERE r.program = $1 AND r.kind = 'LEDGER' AND r.period_sequence = $2
 ORDER BY r.run_time DESC, r.reconciliation_id DESC
 LIMIT 1
