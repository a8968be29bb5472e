-- Keeps what a till says, as the next version. $1 program, $2 source, $3 location, $4 day, $5 document, $6 caller,
-- $7 time.
INSERT INTO control_total (program, source, location_id, business_date, version, document, caller, submit_time)
SELECT $1, $2, $3, $4::date, coalesce(max(version), 0) + 1, $5, $6, $7::timestamptz
  FROM control_total
 WHERE program = $1 AND source = $2 AND location_id = $3 AND business_date = $4::date
RETURNING version
