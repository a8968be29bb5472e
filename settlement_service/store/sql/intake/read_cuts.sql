-- How many barriers of periods have been booked, by partition and program.
SELECT partition, program, count(*) AS cuts
  FROM period_cut
 GROUP BY partition, program
