-- A page of invoices, by number. $1 program, $2 netting or empty, $3 entity or empty, $4 after this number, $5 limit.
SELECT number, document
  FROM invoice
 WHERE program = $1
   AND ($2 = '' OR netting_id = $2)
   AND ($3 = '' OR issuer = $3 OR recipient = $3)
   AND number > $4::text
 ORDER BY number
 LIMIT $5
