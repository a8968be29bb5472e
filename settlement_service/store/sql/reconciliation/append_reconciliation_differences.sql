-- Keeps what a run found. $1 program, $2 run, $3 figures, $4 expected, $5 booked, $6 details.
INSERT INTO reconciliation_difference (program, reconciliation_id, figure, expected, booked, detail)
SELECT $1, $2, d.figure, d.expected, d.booked, d.detail
  FROM unnest($3::text[], $4::numeric[], $5::numeric[], $6::text[]) AS d (figure, expected, booked, detail)
