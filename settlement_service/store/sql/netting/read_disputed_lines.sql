-- Lines of periods (0: of payments) that are or were in dispute. $1 program, $2 period sequences.
SELECT line_id, parent_line, period_sequence, document, close_time IS NULL AS is_open
  FROM dispute
 WHERE program = $1 AND period_sequence = ANY ($2::integer[])
 ORDER BY dispute_id
