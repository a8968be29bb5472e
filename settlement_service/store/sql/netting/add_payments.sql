-- Keeps payments; the number of one is its id. $1 program, $2 netting, $3 ids, $4 debtors, $5 creditors, $6 currencies,
-- $7 amounts, $8 documents.
INSERT INTO payment (program, netting_id, payment_id, number, debtor, creditor, currency_code, minor_units, document)
SELECT $1, $2, p.payment_id, p.payment_id, p.debtor, p.creditor, p.currency_code, p.minor_units, p.document
  FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[])
       AS p (payment_id, debtor, creditor, currency_code, minor_units, document)
