-- Payments confirmed by vouchers of a period, from one entity's side: received, less paid. $1 program, $2 period,
-- $3 entity.
SELECT CASE WHEN p.debtor = $3::text THEN p.creditor ELSE p.debtor END AS counterparty, p.currency_code,
       sum(CASE WHEN p.debtor = $3::text THEN -p.minor_units ELSE p.minor_units END) AS paid
  FROM voucher AS w
  JOIN payment AS p ON p.program = w.program AND p.payment_id = w.subject_id
 WHERE w.program = $1 AND w.kind = 'PAYMENT' AND w.document::jsonb ->> 'move' = 'CONFIRM' AND w.period_sequence = $2
   AND $3::text IN (p.debtor, p.creditor)
 GROUP BY 1, 2
 ORDER BY 1, 2
