-- Opens a dispute. $1 program, $2 id, $3 line, $4 the line it was split out of, $5 period sequence, $6 document,
-- $7 reason, $8 caller, $9 name, $10 time.
INSERT INTO dispute (program, dispute_id, line_id, parent_line, period_sequence, document, reason, caller, signed_name,
                     open_time)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
