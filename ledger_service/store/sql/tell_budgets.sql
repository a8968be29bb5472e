-- Notes the highest marks of budgets that were told; the budgets are locked.
-- $1 programs, $2 limits, $3 windows, $4 marks
UPDATE budget AS b SET told = row.told
FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[]) AS row (program, limit_id, window_key, told)
WHERE b.program = row.program AND b.limit_id = row.limit_id AND b.window_key = row.window_key
