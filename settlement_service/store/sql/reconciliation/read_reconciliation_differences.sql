-- What a run found, with who accepted it. $1 program, $2 run, $3 figure (empty: all).
SELECT d.figure, d.expected, d.booked, d.detail, a.reason, a.signed_name, a.caller, a.voucher_id, a.accept_time
  FROM reconciliation_difference AS d
  LEFT JOIN difference_acceptance AS a
    ON a.program = d.program AND a.reconciliation_id = d.reconciliation_id AND a.figure = d.figure
 WHERE d.program = $1 AND d.reconciliation_id = $2 AND ($3 = '' OR d.figure = $3)
 ORDER BY d.figure
