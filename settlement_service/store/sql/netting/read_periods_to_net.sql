-- Closed periods up to one that may still have lines to net: those after the last netting, which took all that was not
-- disputed, and those of disputed lines. $1 program, $2 up to this sequence.
SELECT c.sequence, c.period
  FROM closed_period AS c
 WHERE c.program = $1
   AND c.sequence <= $2
   AND (c.sequence > (SELECT coalesce(max(n.period_sequence), 0) FROM netting AS n WHERE n.program = $1)
        OR c.sequence IN (
            SELECT d.period_sequence
              FROM dispute AS d
             WHERE d.program = $1
               AND NOT EXISTS (
                   SELECT FROM netting_line AS l
                    WHERE l.program = d.program AND l.line_id = d.line_id AND NOT l.disputed
               )
        ))
 ORDER BY c.sequence
