-- The salt of a code that is still good, with one attempt fewer.
-- $1 smallint: bucket. $2 text: program. $3 text: member. $4 smallint: purpose. $5 timestamptz: now.
-- $6 integer: most attempts.
UPDATE one_time_code
SET attempts = attempts + 1
WHERE bucket = $1 AND program_id = $2 AND member_id = $3 AND purpose = $4
    AND NOT used AND expire_time > $5 AND attempts < $6
RETURNING salt
