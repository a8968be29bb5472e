-- Keeps invoices. $1 program, $2 netting, $3 numbers, $4 issuers, $5 recipients, $6 currencies, $7 amounts,
-- $8 documents, $9 post time.
INSERT INTO invoice (program, netting_id, number, issuer, recipient, currency_code, minor_units, document, post_time)
SELECT $1, $2, i.number, i.issuer, i.recipient, i.currency_code, i.minor_units, i.document, $9
  FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::text[])
       AS i (number, issuer, recipient, currency_code, minor_units, document)
