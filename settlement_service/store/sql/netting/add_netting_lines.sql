-- Keeps the lines of a netting. $1 program, $2 netting, $3 line ids, $4 debtors, $5 creditors, $6 currencies,
-- $7 amounts, $8 whether disputed.
INSERT INTO netting_line (program, netting_id, line_id, debtor, creditor, currency_code, minor_units, disputed)
SELECT $1, $2, l.line_id, l.debtor, l.creditor, l.currency_code, l.minor_units, l.disputed
  FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[], $8::boolean[])
       AS l (line_id, debtor, creditor, currency_code, minor_units, disputed)
