-- A period as statements name it, by its number. $1 program, $2 number.
SELECT coalesce((SELECT c.period FROM period_cut AS c WHERE c.program = $1 AND c.sequence = $2 LIMIT 1), '') AS period,
       coalesce(d.figures_hash, '') AS figures_hash, coalesce(d.signed_name, '') AS signed_name, d.close_time
  FROM (SELECT 1) AS one
  LEFT JOIN closed_period AS d ON d.program = $1 AND d.sequence = $2
