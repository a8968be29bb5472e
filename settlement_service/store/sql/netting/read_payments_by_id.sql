-- Payments with their steps, by number. $1 program, $2 ids.
SELECT p.payment_id, p.netting_id, p.debtor, p.creditor, p.currency_code, p.minor_units, p.document, s.states,
       s.callers, s.signed_names, s.reasons, s.step_times
  FROM payment AS p
 CROSS JOIN LATERAL (
    SELECT array_agg(t.state ORDER BY t.step) AS states, array_agg(t.caller ORDER BY t.step) AS callers,
           array_agg(t.signed_name ORDER BY t.step) AS signed_names, array_agg(t.reason ORDER BY t.step) AS reasons,
           array_agg(t.step_time ORDER BY t.step) AS step_times
      FROM payment_step AS t
     WHERE t.program = p.program AND t.payment_id = p.payment_id
 ) AS s
 WHERE p.program = $1 AND p.payment_id = ANY ($2::text[])
 ORDER BY length(p.number), p.number
