-- What brands' points stand for in all funders' books, debits positive. $1 program, $2 brands.
SELECT brand_id, account, currency_code, sum(balance) AS balance
  FROM account_total
 WHERE program = $1 AND brand_id = ANY ($2::text[]) AND account IN ('points_liability', 'member_receivable')
 GROUP BY brand_id, account, currency_code
 ORDER BY brand_id, account, currency_code
