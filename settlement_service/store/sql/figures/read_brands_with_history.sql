-- Brands that ever had a movement. $1 program.
SELECT DISTINCT brand_id
  FROM brand_total
 WHERE program = $1
