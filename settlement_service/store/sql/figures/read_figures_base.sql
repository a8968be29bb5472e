-- The latest closed period that lies wholly before a moment, 0 if none: its figures are where reading begins.
-- $1 program, $2 last period that counts, $3 last day that counts.
SELECT coalesce(max(sequence), 0)
  FROM closed_period
 WHERE program = $1 AND sequence <= $2 AND last_day <= $3
