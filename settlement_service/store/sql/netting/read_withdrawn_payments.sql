-- Payments that were withdrawn and are not netted again. $1 program.
SELECT p.number, p.debtor, p.creditor, p.currency_code, p.minor_units
  FROM payment AS p
  JOIN payment_step AS s ON s.program = p.program AND s.payment_id = p.payment_id AND s.state = 'WITHDRAWN'
 WHERE p.program = $1
   AND NOT EXISTS (
       SELECT FROM netting_line AS l
        WHERE l.program = p.program AND l.line_id = 'payment#' || p.number AND NOT l.disputed
   )
